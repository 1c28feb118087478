package io.logprobe.api.live;

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
import org.jboss.logging.Logger;

/// Tells who watches a job that it has changed, whichever replica of this service changed it. All watchers together
/// cost one small query per interval. A watcher that is slow misses versions, never the newest.
@ApplicationScoped
public class JobWatcher {

    private static final Logger LOG = Logger.getLogger(JobWatcher.class);

    private final JobChanges changes;
    private final WatchConfig config;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private volatile boolean running = true;
    private Thread thread;

    JobWatcher(JobChanges changes, WatchConfig config) {
        this.changes = changes;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("job-watcher").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        running = false;
        watches.forEach(Watch::end);
        thread.interrupt();
        thread.join(Duration.ofSeconds(5));
    }

    /// Watches a job until the watch is closed.
    ///
    /// @return null if there is no room for another watcher
    public Watch watch(UUID jobId) {
        Watch watch = new Watch(jobId, watches::remove);
        if (!running || watches.size() >= config.maxClients()) {
            return null;
        }
        watches.add(watch);
        return watch;
    }

    private void run() {
        while (running) {
            try {
                look();
                Thread.sleep(config.interval());
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (running) {
                    LOG.warnf("job versions could not be read, trying again: %s", e.getMessage());
                    pause();
                }
            }
        }
    }

    private void look() {
        Set<UUID> watched = new HashSet<>();
        watches.forEach(watch -> watched.add(watch.jobId()));
        if (!watched.isEmpty()) {
            Map<UUID, Long> versions = changes.versions(watched);
            watches.forEach(watch -> watch.offer(versions.getOrDefault(watch.jobId(), Watch.NONE)));
        }
    }

    private void pause() {
        try {
            Thread.sleep(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            running = false;
        }
    }
}
