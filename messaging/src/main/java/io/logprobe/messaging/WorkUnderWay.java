package io.logprobe.messaging;

import java.time.Duration;

/// Counts what is under way, and tells when nothing has been for a while.
final class WorkUnderWay {

    private int count;
    private long lastChange = System.nanoTime();

    /// Does some work, counted until it ends, however that comes.
    void during(Runnable work) {
        change(1);
        try {
            work.run();
        } finally {
            change(-1);
        }
    }

    /// Returns when nothing has been under way for `quiet`, or when `patience` is over.
    ///
    /// @return whether it became quiet
    synchronized boolean awaitQuiet(Duration quiet, Duration patience) throws InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < patience.toNanos()) {
            long still = System.nanoTime() - lastChange;
            if (count == 0 && still >= quiet.toNanos()) {
                return true;
            }
            long left = patience.toNanos() - (System.nanoTime() - start);
            long pause = count == 0 ? Math.min(left, quiet.toNanos() - still) : left;
            wait(Math.max(1, Duration.ofNanos(pause).toMillis()));
        }
        return false;
    }

    private synchronized void change(int by) {
        count += by;
        lastChange = System.nanoTime();
        notifyAll();
    }
}
