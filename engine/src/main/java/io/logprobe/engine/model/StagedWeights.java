package io.logprobe.engine.model;

import io.logprobe.engine.backend.Resource;
import io.logprobe.engine.model.architecture.Architecture;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Weights in **stages**: the layers, then the parts of the head. The first stages stay once they are loaded; of the
/// others two exist at a time, the one in use and the next one, which is loaded meanwhile. Used by one thread.
final class StagedWeights implements WeightSource {

    private static final Duration LEFT_BEHIND_AFTER = Duration.ofSeconds(5);

    private final Architecture architecture;
    private final WeightLoader loader;
    private final MemoryPlan plan;
    private final int layers;
    private final int stages;
    private final ReadTimeout timeout;
    private final ExecutorService threads;
    private final Map<Integer, Future<Resource>> held = new HashMap<>();
    private int current = -1;
    private boolean anotherPass;
    private volatile boolean closed;

    /// Starts to load the stages that stay.
    StagedWeights(Architecture architecture, WeightLoader loader, MemoryPlan plan, ReadTimeout timeout) {
        this.architecture = architecture;
        this.loader = loader;
        this.plan = plan;
        this.timeout = timeout;
        this.layers = architecture.layers().size();
        this.stages = layers + plan.headParts();
        this.threads = Executors.newFixedThreadPool(
                plan.readingThreads(),
                Thread.ofPlatform().name("logprobe-weights-", 0).daemon(true).factory());
        for (int stage = 0; stage < plan.residentStages(); stage++) {
            prefetch(stage);
        }
    }

    /// Waits for the stages that stay.
    void awaitResident() {
        for (int stage = 0; stage < plan.residentStages(); stage++) {
            await(stage);
        }
    }

    @Override
    public LayerWeights layer(int index) {
        return (LayerWeights) stage(index);
    }

    @Override
    public int headParts() {
        return plan.headParts();
    }

    @Override
    public HeadWeights head(int part) {
        return (HeadWeights) stage(layers + part);
    }

    @Override
    public void anotherPass(boolean follows) {
        anotherPass = follows;
    }

    private Resource stage(int index) {
        if (current >= plan.residentStages() && current != index) {
            await(current).close();
            held.remove(current);
        }
        current = index;
        prefetch(index);
        Resource weights = await(index);
        int next = Math.max(index + 1, plan.residentStages());
        if (next < stages) {
            prefetch(next);
        } else if (anotherPass && plan.streams() && index == stages - 1) {
            prefetch(plan.residentStages());
        }
        return weights;
    }

    private void prefetch(int stage) {
        held.computeIfAbsent(stage, missing -> threads.submit(() -> load(missing)));
    }

    private Resource load(int stage) {
        if (closed) {
            throw new CancellationException(name(stage) + " is not needed any more");
        }
        Resource weights = stage < layers
                ? LayerWeights.load(architecture.layers().get(stage), loader)
                : HeadWeights.load(
                        architecture.head(), loader, (stage - layers) * plan.headPartTokens(), plan.headPartTokens());
        try {
            loader.requireUnchanged();
            return weights;
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
    }

    private Resource await(int stage) {
        return timeout.await(name(stage), held.get(stage));
    }

    private String name(int stage) {
        return stage < layers ? "layer " + stage : "the head";
    }

    /// Waits for loads that are going on, unless a disk holds them up: those are left behind, and end by themselves
    /// when the checkpoint is closed. Interrupting them would wait for the disk.
    @Override
    public void close() {
        closed = true;
        threads.shutdown();
        boolean interrupted = Thread.interrupted();
        long deadline = System.nanoTime() + LEFT_BEHIND_AFTER.toNanos();
        try {
            for (Future<Resource> loading : held.values()) {
                interrupted |= closeLoaded(loading, deadline);
            }
        } finally {
            held.clear();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// A stage that could not be loaded has freed itself.
    ///
    /// @return whether the thread was interrupted meanwhile
    private static boolean closeLoaded(Future<Resource> loading, long deadline) {
        boolean interrupted = false;
        while (true) {
            try {
                loading.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS).close();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException | CancellationException | TimeoutException e) {
                return interrupted;
            }
        }
    }
}
