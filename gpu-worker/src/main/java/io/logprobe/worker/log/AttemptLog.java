package io.logprobe.worker.log;

import io.logprobe.contracts.evaluation.EvaluationEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/// What one attempt writes into its evaluation's log. While the broker is away the attempt goes on until a bounded
/// number of entries waits; then it pauses.
public final class AttemptLog {

    private static final int MOST_IN_FLIGHT = 256;

    private final EventPublisher publisher;
    private final Semaphore room = new Semaphore(MOST_IN_FLIGHT);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    public AttemptLog(EventPublisher publisher) {
        this.publisher = publisher;
    }

    /// Writes an entry, waiting while too many are unconfirmed.
    ///
    /// @throws InterruptedException if the attempt is stopped meanwhile
    /// @throws LogUnavailable if an earlier entry could not be written
    public void write(EvaluationEvent entry) throws InterruptedException {
        throwFailure();
        room.acquire();
        CompletableFuture<Void> acknowledged = publisher.publish(entry);
        var _ = acknowledged.whenComplete((_, thrown) -> {
            if (thrown != null) {
                failure.compareAndSet(null, thrown);
            }
            room.release();
        });
    }

    /// Returns when the broker has every entry written so far.
    public void flush() throws InterruptedException {
        room.acquire(MOST_IN_FLIGHT);
        room.release(MOST_IN_FLIGHT);
        throwFailure();
    }

    private void throwFailure() {
        if (failure.get() != null) {
            throw new LogUnavailable(new CompletionException(failure.get()));
        }
    }

    /// The broker did not take an entry for so long that the attempt is given up.
    public static final class LogUnavailable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        LogUnavailable(Throwable cause) {
            super("the evaluation's log could not be written", cause);
        }
    }
}
