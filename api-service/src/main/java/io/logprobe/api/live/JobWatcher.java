package io.logprobe.api.live;

import io.logprobe.messaging.StopDeadline;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Tells who watches a job that it has changed, whichever replica of this service changed it. All watchers together
/// cost one small query per interval. A watcher that is slow misses versions, never the newest.
@ApplicationScoped
public class JobWatcher {

    private static final Logger LOG = Logger.getLogger(JobWatcher.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private final JobChanges changes;
    private final WatchConfig config;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final StopDeadline deadline;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private Thread thread;

    JobWatcher(JobChanges changes, WatchConfig config, StopDeadline deadline) {
        this.changes = changes;
        this.config = config;
        this.deadline = deadline;
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("job-watcher").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping.countDown();
        watches.forEach(Watch::end);
        // Not by an interrupt, which would break the connection of a query under way.
        thread.join(deadline.left());
    }

    /// Watches a job until the watch is closed.
    ///
    /// @return null if there is no room for another watcher
    public Watch watch(UUID jobId) {
        Watch watch = new Watch(jobId, watches::remove);
        if (watches.size() >= config.maxClients()) {
            return null;
        }
        watches.add(watch);
        if (stopping()) {
            watch.end();
        }
        return watch;
    }

    private void run() {
        try {
            Duration pause = Duration.ZERO;
            while (!stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = looked() ? config.interval() : PAUSE_AFTER_FAILURE;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean looked() {
        try {
            look();
            return true;
        } catch (RuntimeException e) {
            if (!stopping()) {
                LOG.warnf("job versions could not be read, trying again: %s", e.getMessage());
            }
            return false;
        }
    }

    private boolean stopping() {
        return stopping.getCount() == 0;
    }

    private void look() {
        Set<UUID> watched = new HashSet<>();
        watches.forEach(watch -> watched.add(watch.jobId()));
        if (!watched.isEmpty()) {
            Map<UUID, Long> versions = changes.versions(watched);
            watches.forEach(watch -> watch.offer(versions.getOrDefault(watch.jobId(), Watch.NONE)));
        }
    }
}
