package io.logprobe.engine.model;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Resource;
import io.logprobe.engine.backend.RotaryTable;
import io.logprobe.engine.backend.Rotation;
import io.logprobe.engine.checkpoint.Checkpoint;
import io.logprobe.engine.failure.OutputUnwritable;
import io.logprobe.engine.failure.WeightsUnreadable;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.PositionBias;
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.TokenTrie;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.concurrent.CancellationException;

/// A model that is ready to run. For each layer, all rows of the job go through it before the next one's weights are
/// needed; only one layer's keys and values exist at a time. One pass at a time.
public final class CausalModel implements Resource {

    private final Architecture architecture;
    private final Backend backend;
    private final WeightLoader loader;
    private final ModelCosts costs;
    private final ReadTimeout timeout;
    private final long parameters;
    private MemoryPlan held;
    private StagedWeights weights;

    private CausalModel(
            Architecture architecture, Backend backend, WeightLoader loader, ReadTimeout timeout, long parameters) {
        this.architecture = architecture;
        this.backend = backend;
        this.loader = loader;
        this.costs = new ModelCosts(
                architecture, backend, new ReadingCosts(architecture, backend, loader::heldBytes).bytes());
        this.timeout = timeout;
        this.parameters = parameters;
    }

    /// Checks that the backend can compute the model, and that all weights are there and have the right shapes.
    /// Closing the checkpoint before the model ends reads that are still going on.
    ///
    /// @param readTimeout how long the weights of one stage may take to arrive
    public static CausalModel open(
            Architecture architecture, Checkpoint checkpoint, Backend backend, Duration readTimeout) {
        architecture
                .layers()
                .forEach(layer -> backend.requireHeadDim(layer.attention().headDim()));
        WeightLoader loader = new WeightLoader(checkpoint, backend);
        long parameters = loader.require(TensorRefs.of(architecture));
        return new CausalModel(architecture, backend, loader, new ReadTimeout(readTimeout), parameters);
    }

    public ModelCosts costs() {
        return costs;
    }

    /// Plans a job of `rows` rows within `budget` bytes, and within what the backend has.
    ///
    /// @param smallestBlock rows that a pass must hold at least
    /// @throws io.logprobe.engine.failure.InsufficientMemory stating the minimum
    public MemoryPlan plan(long rows, long smallestBlock, long budget) {
        return MemoryPlan.of(costs, rows, smallestBlock, Math.min(budget, backend.memoryBytes()));
    }

    /// Bytes of the first layer's weights that were read and packed per second.
    public double loadRate() {
        LayerWeights.load(architecture.layers().getFirst(), loader).close(); // compiles, and reads into the page cache
        long start = System.nanoTime();
        LayerWeights.load(architecture.layers().getFirst(), loader).close();
        return costs.stageBytes(0, costs.vocabulary()) * 1e9 / (System.nanoTime() - start);
    }

    /// Brings the weights into memory that a plan wants to stay; what is there already stays.
    public void hold(MemoryPlan plan) {
        if (held != null && held.residentStages() == plan.residentStages() && held.headParts() == plan.headParts()) {
            return;
        }
        drop();
        weights = new StagedWeights(architecture, loader, plan, timeout);
        held = plan;
        weights.awaitResident();
        if (!plan.streams()) {
            loader.releaseStaging();
        }
    }

    /// Number of distinct weights that the model uses.
    public long parameters() {
        return parameters;
    }

    /// Runs a plan after [#hold]. An interrupt of the calling thread is noticed between two steps.
    ///
    /// @param lastPass whether no other pass follows
    /// @param checkpoint where the pass may take up what an earlier one has left
    /// @throws CancellationException when interrupted
    /// @throws WeightsUnreadable after what is done has gone to `checkpoint`
    public Predictions run(ScoringPlan plan, boolean lastPass, LayerCheckpoint checkpoint, PassListener listener) {
        weights.anotherPass(!lastPass);
        try (JobMatrices job = jobMatrices(plan.trie())) {
            try {
                return run(plan, job, checkpoint, listener);
            } catch (WeightsUnreadable e) {
                keep(checkpoint, job.hidden(), e);
                throw e;
            }
        }
    }

    /// Weights are read between two layers, so the hidden states are whole whenever they cannot be had.
    private static void keep(LayerCheckpoint checkpoint, Matrix hidden, WeightsUnreadable reason) {
        try {
            checkpoint.failed(hidden);
        } catch (OutputUnwritable e) {
            reason.addSuppressed(e);
        }
    }

    private Predictions run(ScoringPlan plan, JobMatrices job, LayerCheckpoint checkpoint, PassListener listener) {
        int layers = architecture.layers().size();
        int steps = layers + 1 + weights.headParts();
        int layersDone = checkpoint.restore(job.hidden());
        if (layersDone == 0) {
            new EmbeddingPass(backend, architecture.embedding(), loader, timeout).run(plan.trie(), job);
        }
        completed(listener, 1 + layersDone, steps);
        IdentityHashMap<Rotation, RotaryTable> rotations = new IdentityHashMap<>();
        IdentityHashMap<PositionBias, Matrix> biases = new IdentityHashMap<>();
        int positions = plan.trie().longestSequence();
        try (Resources shared = new Resources()) {
            for (int i = layersDone; i < layers; i++) {
                LayerSheet sheet = architecture.layers().get(i);
                AttentionSheet attention = sheet.attention();
                RotaryTable rotary = attention.rotation() == null
                        ? null
                        : rotations.computeIfAbsent(
                                attention.rotation(), r -> shared.own(backend.rotaryTable(r, positions)));
                Matrix bias = attention.positionBias() == null
                        ? null
                        : biases.computeIfAbsent(
                                attention.positionBias(), b -> shared.own(biasTable(b, attention.heads(), positions)));
                new LayerPass(backend, sheet, weights.layer(i), job, rotary, bias).run();
                checkpoint.layerDone(i + 1, job.hidden());
                completed(listener, i + 2, steps);
            }
        }
        int[] step = {layers + 1};
        return new HeadPass(backend, architecture.head(), job, plan)
                .run(weights, () -> completed(listener, ++step[0], steps));
    }

    private static void completed(PassListener listener, int step, int steps) {
        if (Thread.interrupted()) {
            throw new CancellationException("interrupted after step " + step + " of " + steps);
        }
        listener.done(step, steps);
    }

    private JobMatrices jobMatrices(TokenTrie trie) {
        Scratch[] scratch = new Scratch[backend.lanes()];
        Arrays.setAll(scratch, lane -> Scratch.of(architecture, backend));
        return new JobMatrices(
                backend.rows(trie),
                backend.matrix(trie.rows(), architecture.hidden()),
                backend.matrix(trie.rows(), JobMatrices.keyValueColumns(architecture)),
                scratch);
    }

    private Matrix biasTable(PositionBias bias, int heads, int positions) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(ValueLayout.JAVA_FLOAT, (long) heads * positions);
            for (int head = 0; head < heads; head++) {
                for (int position = 0; position < positions; position++) {
                    values.setAtIndex(
                            ValueLayout.JAVA_FLOAT, (long) head * positions + position, bias.bias(head, position));
                }
            }
            Matrix table = backend.matrix(heads, positions);
            backend.write(values, table);
            return table;
        }
    }

    private void drop() {
        if (weights != null) {
            weights.close();
            weights = null;
            held = null;
        }
        loader.releaseStaging();
    }

    @Override
    public void close() {
        drop();
        loader.close();
    }
}
