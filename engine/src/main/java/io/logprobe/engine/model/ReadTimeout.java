package io.logprobe.engine.model;

import io.logprobe.engine.failure.Rethrown;
import io.logprobe.engine.failure.WeightsUnreadable;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// How long a disk may take for the weights of one stage. A read that a stalled disk holds up cannot be ended from
/// outside, so whatever reads does so in a thread that may be left behind.
record ReadTimeout(Duration limit) {

    /// A process that is stopped for a while has not waited for its disk: that costs one slice.
    private static final int SLICES = 20;

    /// The result of `reading` in a thread of its own.
    <T> T await(String what, Callable<T> reading) {
        FutureTask<T> task = new FutureTask<>(reading);
        Thread.ofPlatform().name("logprobe-read").daemon(true).start(task);
        return await(what, task);
    }

    /// The result of a read that goes on in another thread.
    ///
    /// @throws WeightsUnreadable when it does not come in time
    /// @throws java.util.concurrent.CancellationException when the calling thread is interrupted
    <T> T await(String what, Future<T> reading) {
        try {
            for (int slice = 1; !ends(reading); slice++) {
                if (slice == SLICES) {
                    throw new WeightsUnreadable("the weights of " + what + " did not arrive within " + limit.toSeconds()
                            + " s: the disk is too slow");
                }
            }
            return reading.get();
        } catch (ExecutionException e) {
            throw Rethrown.unchecked(e.getCause());
        } catch (InterruptedException e) {
            throw Rethrown.interrupted(what + " was read", e);
        }
    }

    /// Whether a read ends within one slice.
    private boolean ends(Future<?> reading) throws InterruptedException, ExecutionException {
        try {
            reading.get(limit.toNanos() / SLICES, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }
}
