package io.logprobe.worker.evaluation;

import io.logprobe.contracts.command.RunEvaluation;
import io.logprobe.contracts.node.NodeHeartbeat.Running;
import io.logprobe.worker.WorkerConfig;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/// The attempts that this worker holds a command for, as many at work as there are slots.
@ApplicationScoped
public class Attempts {

    private static final Logger LOG = Logger.getLogger(Attempts.class);

    /// How long attempts may take to end when the worker stops.
    public static final Duration FAREWELL = Duration.ofSeconds(15);

    private final AttemptRunner runner;
    private final ExecutorService slots;
    private final Map<UUID, Held> held = new ConcurrentHashMap<>();

    private record Held(RunEvaluation command, Future<?> work, AtomicBoolean stopped) {

        void stop() {
            stopped.set(true);
            work.cancel(true);
        }
    }

    Attempts(AttemptRunner runner, WorkerConfig config) {
        this.runner = runner;
        // Platform threads: an attempt computes for hours and blocks its carrier.
        this.slots = Executors.newFixedThreadPool(
                config.slots(), Thread.ofPlatform().name("attempt-", 0).factory());
    }

    /// Takes an attempt on; a running one of an earlier epoch is stopped first.
    public synchronized void start(RunEvaluation command) {
        if (slots.isShutdown()) {
            // The scheduler knows that this start of the node is over.
            LOG.infof("evaluation %s epoch %d comes too late", command.evaluationId(), command.epoch());
            return;
        }
        stop(command.evaluationId(), "epoch " + command.epoch() + " replaces it");
        LOG.infof(
                "evaluation %s epoch %d: %s",
                command.evaluationId(), command.epoch(), command.model().name());
        AtomicBoolean stopped = new AtomicBoolean();
        Future<?> work = slots.submit(() -> {
            try {
                runner.run(command, stopped::get);
            } finally {
                forget(command);
            }
        });
        if (!work.isDone()) {
            held.put(command.evaluationId(), new Held(command, work, stopped));
        }
    }

    /// Stops an attempt; nothing more is published for it.
    public synchronized void stop(UUID evaluationId, String reason) {
        Held attempt = held.remove(evaluationId);
        if (attempt != null) {
            LOG.infof(
                    "evaluation %s epoch %d is stopped: %s",
                    evaluationId, attempt.command().epoch(), reason);
            attempt.stop();
        }
    }

    /// What the heartbeat names.
    public List<Running> running() {
        return held.values().stream()
                .map(attempt -> new Running(
                        attempt.command().evaluationId(), attempt.command().epoch()))
                .toList();
    }

    private synchronized void forget(RunEvaluation command) {
        held.computeIfPresent(
                command.evaluationId(), (_, attempt) -> attempt.command().epoch() == command.epoch() ? null : attempt);
    }

    private synchronized void endAll() {
        held.values().forEach(Held::stop);
        slots.shutdownNow();
    }

    void stopAll(@Observes ShutdownEvent event) throws InterruptedException {
        endAll();
        if (!slots.awaitTermination(FAREWELL.toSeconds(), TimeUnit.SECONDS)) {
            LOG.warnf("an attempt did not stop within %d s", FAREWELL.toSeconds());
        }
    }
}
