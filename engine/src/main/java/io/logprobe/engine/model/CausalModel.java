package io.logprobe.engine.model;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Resource;
import io.logprobe.engine.backend.RotaryTable;
import io.logprobe.engine.backend.Rotation;
import io.logprobe.engine.checkpoint.Checkpoint;
import io.logprobe.engine.failure.WeightsUnreadable;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.MatrixRef;
import io.logprobe.engine.model.architecture.PositionBias;
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.TokenTrie;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CancellationException;

/// A model that is ready to run. For each layer, all rows of the job go through it before the next one's weights are
/// needed; only one layer's keys and values exist at a time. One pass at a time.
public final class CausalModel implements Resource {

    private final Architecture architecture;
    private final Backend backend;
    private final WeightLoader loader;
    private final ModelCosts costs;
    private final long parameters;
    private MemoryPlan held;
    private StagedWeights weights;

    private CausalModel(Architecture architecture, Backend backend, WeightLoader loader, long parameters) {
        this.architecture = architecture;
        this.backend = backend;
        this.loader = loader;
        this.costs = new ModelCosts(architecture, backend);
        this.parameters = parameters;
    }

    /// Checks that all weights are there and have the right shapes. The checkpoint must stay open as long as the
    /// model.
    public static CausalModel open(Architecture architecture, Checkpoint checkpoint, Backend backend) {
        WeightLoader loader = new WeightLoader(checkpoint, backend);
        return new CausalModel(architecture, backend, loader, loader.require(TensorRefs.of(architecture)));
    }

    public ModelCosts costs() {
        return costs;
    }

    /// Plans a job of `rows` rows within `budget` bytes.
    ///
    /// @param smallestBlock rows that a pass must hold at least
    /// @throws io.logprobe.engine.failure.InsufficientMemory stating the minimum
    public MemoryPlan plan(long rows, long smallestBlock, long budget) {
        return MemoryPlan.of(costs, rows, smallestBlock, budget);
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
        close();
        weights = new StagedWeights(architecture, loader, plan, backend.lanes());
        held = plan;
        weights.awaitResident();
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
    public Predictions run(ScoringPlan plan, boolean lastPass, LayerCheckpoint checkpoint, PassListener listener) {
        int layers = architecture.layers().size();
        int steps = layers + 1 + weights.headParts();
        weights.anotherPass(!lastPass);
        try (Arena arena = Arena.ofConfined();
                Resources shared = new Resources()) {
            JobMatrices job = shared.own(jobMatrices(plan.trie()));
            int layersDone = checkpoint.restore(job.hidden());
            if (layersDone == 0) {
                embed(plan.trie(), job, arena);
            }
            completed(listener, 1, steps);
            IdentityHashMap<Rotation, RotaryTable> rotations = new IdentityHashMap<>();
            IdentityHashMap<PositionBias, Matrix> biases = new IdentityHashMap<>();
            int positions = plan.trie().longestSequence();
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
                                attention.positionBias(),
                                b -> shared.own(biasTable(b, attention.heads(), positions, arena)));
                new LayerPass(backend, sheet, layer(i, checkpoint, job), job, rotary, bias).run();
                checkpoint.layerDone(i + 1, job.hidden());
                completed(listener, i + 2, steps);
            }
            int[] step = {layers + 1};
            return new HeadPass(backend, architecture.head(), job, plan)
                    .run(weights, () -> completed(listener, ++step[0], steps));
        }
    }

    private LayerWeights layer(int index, LayerCheckpoint checkpoint, JobMatrices job) {
        try {
            return weights.layer(index);
        } catch (WeightsUnreadable e) {
            checkpoint.failed(job.hidden());
            throw e;
        }
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

    private Matrix biasTable(PositionBias bias, int heads, int positions, Arena arena) {
        MemorySegment values = arena.allocate(4L * heads * positions, 4);
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

    private void embed(TokenTrie trie, JobMatrices job, Arena arena) {
        Embedding embedding = architecture.embedding();
        try (Resources owned = new Resources()) {
            int[] tokens = new int[trie.rows()];
            Arrays.setAll(tokens, trie::token);
            int[] distinct = Arrays.stream(tokens).distinct().sorted().toArray();
            Matrix table = owned.own(rowsOf(embedding.tokens(), distinct, arena));
            int[] tokenIndex = new int[tokens.length];
            Arrays.setAll(tokenIndex, row -> Arrays.binarySearch(distinct, tokens[row]));

            Embedding.LearnedPositions learned = embedding.positions();
            Matrix positionTable = learned == null ? null : owned.own(positionRows(trie, learned, arena));
            int[] positionIndex = new int[learned == null ? 0 : tokens.length];
            Arrays.setAll(positionIndex, trie::position);

            var projection =
                    embedding.projection() == null ? null : owned.own(loader.linear(List.of(embedding.projection())));
            var norm = embedding.norm() == null ? null : owned.own(loader.norm(embedding.norm()));
            backend.forEachBlock(trie.rows(), (lane, first, count) -> {
                Matrix x = job.hidden().rows(first, count);
                if (projection == null) {
                    backend.gather(table, tokenIndex, first, x);
                } else {
                    Matrix embedded = job.scratch()[lane]
                            .embedded()
                            .columns(0, projection.inputs())
                            .rows(0, count);
                    backend.gather(table, tokenIndex, first, embedded);
                    backend.linear(embedded, projection, Epilogue.STORE, x);
                }
                if (embedding.factor() != 1) {
                    backend.scale(x, embedding.factor());
                }
                if (positionTable != null) {
                    backend.gatherAdd(positionTable, positionIndex, first, x);
                }
                if (norm != null) {
                    backend.norm(x, norm, x);
                }
            });
        }
    }

    private Matrix positionRows(TokenTrie trie, Embedding.LearnedPositions learned, Arena arena) {
        int[] rows = new int[trie.longestSequence()];
        Arrays.setAll(rows, position -> position + learned.offset());
        return rowsOf(learned.table(), rows, arena);
    }

    /// Rows of a matrix of the checkpoint: nobody needs the whole table.
    private Matrix rowsOf(MatrixRef ref, int[] rows, Arena arena) {
        long rowBytes = 4L * ref.inputs();
        MemorySegment values = arena.allocate(rows.length * rowBytes, 64);
        for (int i = 0; i < rows.length; i++) {
            loader.readRow(ref, rows[i], values.asSlice(i * rowBytes, rowBytes));
        }
        Matrix matrix = backend.matrix(rows.length, ref.inputs());
        backend.write(values, matrix);
        return matrix;
    }

    @Override
    public void close() {
        if (weights != null) {
            weights.close();
            weights = null;
            held = null;
        }
    }

    /// Closes what it owns, the last first.
    private static final class Resources implements AutoCloseable {

        private final List<Resource> owned = new ArrayList<>();

        <T extends Resource> T own(T resource) {
            owned.add(resource);
            return resource;
        }

        @Override
        public void close() {
            owned.reversed().forEach(Resource::close);
        }
    }
}
