package io.logprobe.worker.model;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The body of an answer, whose reads fail where nothing arrives for too long. The client's own timeout ends with the
/// headers: without this, a connection that is silently lost would hold an evaluation for ever.
final class StallDetectingStream extends FilterInputStream {

    private static final ScheduledThreadPoolExecutor CLOCK = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("stalled-downloads").factory());

    static {
        CLOCK.setRemoveOnCancelPolicy(true);
    }

    private final Duration patience;
    private volatile boolean stalled;

    /// @param body a read of it must end when another thread closes it
    StallDetectingStream(InputStream body, Duration patience) {
        super(body);
        this.patience = patience;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        ScheduledFuture<?> end = CLOCK.schedule(this::giveUp, patience.toMillis(), TimeUnit.MILLISECONDS);
        try {
            int count = in.read(target, offset, length);
            requireAlive(null);
            return count;
        } catch (IOException e) {
            requireAlive(e);
            throw e;
        } finally {
            end.cancel(false);
        }
    }

    private void giveUp() {
        stalled = true;
        try {
            in.close();
        } catch (IOException e) {
            // The reader is told of the stall.
        }
    }

    private void requireAlive(IOException cause) throws IOException {
        if (stalled) {
            throw new IOException("nothing arrived for " + patience.toSeconds() + " s", cause);
        }
    }
}
