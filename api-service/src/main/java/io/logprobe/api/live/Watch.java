package io.logprobe.api.live;

import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;

/// One client's view of a job's versions: it holds the newest and nothing else.
public final class Watch implements AutoCloseable {

    static final long NONE = 0;

    private final UUID jobId;
    private final Consumer<Watch> onClose;
    private long newest = NONE;
    private boolean ended;

    Watch(UUID jobId, Consumer<Watch> onClose) {
        this.jobId = jobId;
        this.onClose = onClose;
    }

    UUID jobId() {
        return jobId;
    }

    synchronized void offer(long version) {
        if (version > newest) {
            newest = version;
            notifyAll();
        }
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /// Whether the service is about to stop.
    public synchronized boolean ended() {
        return ended;
    }

    /// Waits until there is a version above `seen`.
    ///
    /// @return the newest version, or `seen` if the time is over or the watch has ended
    public synchronized long awaitNewer(long seen, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (newest <= seen && !ended) {
            long remaining = (deadline - System.nanoTime()) / 1_000_000;
            if (remaining <= 0) {
                return seen;
            }
            wait(remaining);
        }
        return Math.max(newest, seen);
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
