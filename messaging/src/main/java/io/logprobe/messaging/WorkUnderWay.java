package io.logprobe.messaging;

import java.time.Duration;

/// Work that is under way, until the end comes: from then on nothing more begins.
final class WorkUnderWay {

    private int count;
    private boolean ended;

    /// Does some work, counted until it is over, however that comes; does nothing if the end has come.
    ///
    /// @return whether it was done
    boolean during(Runnable work) {
        if (!begin()) {
            return false;
        }
        try {
            work.run();
            return true;
        } finally {
            finish();
        }
    }

    /// Lets nothing more begin, and waits for what is under way.
    ///
    /// @return whether all of it was over before `patience` was
    synchronized boolean end(Duration patience) throws InterruptedException {
        ended = true;
        notifyAll();
        long deadline = System.nanoTime() + patience.toNanos();
        while (count > 0) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(millisecondsOf(left));
        }
        return true;
    }

    synchronized boolean ended() {
        return ended;
    }

    /// Pauses the work of the caller, until the end comes at most.
    ///
    /// @return whether it may go on
    synchronized boolean pause(Duration length) throws InterruptedException {
        long deadline = System.nanoTime() + length.toNanos();
        for (long left = length.toNanos(); left > 0 && !ended; left = deadline - System.nanoTime()) {
            wait(millisecondsOf(left));
        }
        return !ended;
    }

    private synchronized boolean begin() {
        if (!ended) {
            count++;
        }
        return !ended;
    }

    private synchronized void finish() {
        count--;
        notifyAll();
    }

    /// At least one: none would be without end.
    private static long millisecondsOf(long nanoseconds) {
        return Math.max(1, Duration.ofNanos(nanoseconds).toMillis());
    }
}
