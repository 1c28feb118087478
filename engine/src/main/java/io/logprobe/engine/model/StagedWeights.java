package io.logprobe.engine.model;

import io.logprobe.engine.backend.Resource;
import io.logprobe.engine.failure.WeightsUnreadable;
import io.logprobe.engine.model.architecture.Architecture;
import java.io.UncheckedIOException;
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

    private static final Duration STALL = Duration.ofMinutes(10);

    private final Architecture architecture;
    private final WeightLoader loader;
    private final MemoryPlan plan;
    private final int layers;
    private final int stages;
    private final ExecutorService threads;
    private final Map<Integer, Future<Resource>> held = new HashMap<>();
    private int current = -1;
    private boolean anotherPass;

    /// Starts to load the stages that stay.
    ///
    /// @param threads how many stages are loaded at once while nothing else goes on; later it is one at a time
    StagedWeights(Architecture architecture, WeightLoader loader, MemoryPlan plan, int threads) {
        this.architecture = architecture;
        this.loader = loader;
        this.plan = plan;
        this.layers = architecture.layers().size();
        this.stages = layers + plan.headParts();
        this.threads = Executors.newFixedThreadPool(
                plan.streams() ? 1 : threads,
                Thread.ofPlatform().name("logprobe-weights-", 0).daemon(true).factory());
        for (int stage = 0; stage < plan.residentStages(); stage++) {
            prefetch(stage);
        }
    }

    /// Waits for the stages that stay.
    StagedWeights awaitResident() {
        for (int stage = 0; stage < plan.residentStages(); stage++) {
            await(stage);
        }
        return this;
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
        return stage < layers
                ? LayerWeights.load(architecture.layers().get(stage), loader)
                : HeadWeights.load(
                        architecture.head(), loader, (stage - layers) * plan.headPartTokens(), plan.headPartTokens());
    }

    private Resource await(int stage) {
        try {
            return held.get(stage).get(STALL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case UncheckedIOException unreadable ->
                    throw new WeightsUnreadable(
                            unreadable.getMessage() + " ("
                                    + unreadable.getCause().getMessage() + ")",
                            unreadable);
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw new IllegalStateException(e.getCause());
            }
        } catch (TimeoutException e) {
            throw new WeightsUnreadable(
                    "the weights of " + name(stage) + " did not arrive within " + STALL.toMinutes() + " minutes", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled =
                    new CancellationException("interrupted while " + name(stage) + " was read");
            cancelled.initCause(e);
            throw cancelled;
        }
    }

    private String name(int stage) {
        return stage < layers ? "layer " + stage : "the head";
    }

    @Override
    public void close() {
        threads.shutdownNow();
        for (Future<Resource> loading : held.values()) {
            closeLoaded(loading);
        }
        held.clear();
    }

    /// A stage that could not be loaded has freed itself.
    private static void closeLoaded(Future<Resource> loading) {
        try {
            loading.get().close();
        } catch (ExecutionException | CancellationException e) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
