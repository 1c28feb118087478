package io.logprobe.worker.heartbeat;

import io.logprobe.contracts.StopGrace;
import io.logprobe.contracts.node.NodeHeartbeat;
import io.logprobe.contracts.node.NodeStopped;
import io.logprobe.worker.NodeIdentity;
import io.logprobe.worker.WorkerConfig;
import io.logprobe.worker.evaluation.Attempts;
import io.logprobe.worker.log.EventPublisher;
import io.logprobe.worker.model.ModelCache;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/// Tells the scheduler that this node lives and what it is doing: every five seconds, and at once when that changes.
@ApplicationScoped
class HeartbeatSender {

    private static final Logger LOG = Logger.getLogger(HeartbeatSender.class);
    private static final int BEATS_PER_UNCHANGED_HEARTBEAT = 5;

    /// What the attempts leave of the time that there is for a stop.
    private static final Duration LONGEST_GOODBYE = StopGrace.FOR_WORK.minus(Attempts.FAREWELL);

    private final NodeIdentity identity;
    private final WorkerConfig config;
    private final Attempts attempts;
    private final ModelCache models;
    private final EventPublisher publisher;
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicReference<List<NodeHeartbeat.Running>> lastRunning = new AtomicReference<>(List.of());
    private final AtomicReference<CompletableFuture<Void>> inFlight =
            new AtomicReference<>(CompletableFuture.completedFuture(null));
    private int beats;
    private boolean saidGoodbye;

    HeartbeatSender(
            NodeIdentity identity,
            WorkerConfig config,
            Attempts attempts,
            ModelCache models,
            EventPublisher publisher) {
        this.identity = identity;
        this.config = config;
        this.attempts = attempts;
        this.models = models;
        this.publisher = publisher;
    }

    @Scheduled(
            every = "1s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    synchronized void beat() {
        if (saidGoodbye) {
            // A heartbeat would bring the node back to life.
            return;
        }
        List<NodeHeartbeat.Running> running = attempts.running();
        boolean due = beats++ % BEATS_PER_UNCHANGED_HEARTBEAT == 0;
        // One unconfirmed heartbeat is enough: while the broker is away more of them would only pile up.
        if ((due || !running.equals(lastRunning.get())) && inFlight.get().isDone()) {
            lastRunning.set(running);
            inFlight.set(publisher.publish(new NodeHeartbeat(
                    identity.nodeId(),
                    identity.bootId(),
                    sequence.getAndIncrement(),
                    config.backend(),
                    config.memory().bytes(),
                    config.slots(),
                    running,
                    models.cached())));
        }
    }

    /// Before the attempts are stopped, so that the leases are free at once.
    void sayGoodbye(@Observes @Priority(1) ShutdownEvent event) {
        try {
            goodbye().get(LONGEST_GOODBYE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("the scheduler was not told that this node stops: %s", e.getMessage());
        }
    }

    private synchronized CompletableFuture<Void> goodbye() {
        saidGoodbye = true;
        return publisher.publish(new NodeStopped(identity.nodeId(), identity.bootId()));
    }
}
