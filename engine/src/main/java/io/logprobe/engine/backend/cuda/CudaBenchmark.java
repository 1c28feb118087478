package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.Attention;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.LogitFold;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Norm;
import io.logprobe.engine.backend.NormWeights;
import io.logprobe.engine.backend.Rows;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.Sequence;
import io.logprobe.engine.plan.TokenTrie;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Times single steps on a device, on random values and for one whole block of rows.
public final class CudaBenchmark implements AutoCloseable {

    /// Tokens per tile of the vocabulary, as the executor takes them.
    public static final int VOCABULARY_TILE = CudaBackend.VOCABULARY_TILE;

    private static final int PATTERN = 1 << 20;

    /// Tokens of a sentence, and of what several examples begin with.
    private static final int SENTENCE = 24;

    private static final int HEADER = 900;

    private final CudaBackend backend;
    private final Random random = new Random(1);

    private CudaBenchmark(CudaBackend backend) {
        this.backend = backend;
    }

    /// Opens the usable device with the most free memory.
    ///
    /// @throws io.logprobe.engine.failure.BackendUnavailable saying on one line why there is no device
    public static CudaBenchmark open(ComputeType dtype, CudaOptions options) {
        return new CudaBenchmark(CudaBackend.open(dtype, options));
    }

    public String detail() {
        return backend.detail();
    }

    public int blockRows() {
        return backend.blockRows();
    }

    /// Whether weights are read to where they are sent from, not copied there.
    public boolean readsDirectly() {
        return backend.opened().upload().readsDirectly();
    }

    /// Seconds of one product `[blockRows, inputs] · [inputs, outputs]`, operands ready: the matrix library alone.
    public double product(int inputs, int outputs, int repetitions) {
        try (Matrix x = operands(inputs);
                Matrix y = backend.matrix(backend.blockRows(), outputs);
                Linear layer = layer(inputs, outputs)) {
            return seconds(repetitions, () -> backend.linear(x, layer, Epilogue.STORE, y));
        }
    }

    /// Bytes per second at which weights come from host memory to the device.
    public double uploadRate(long bytes) {
        int inputs = 1024;
        int outputs = Math.toIntExact(bytes / ((long) inputs * backend.dtype().bytes()));
        try (Arena arena = Arena.ofShared()) {
            ComputeType type = backend.dtype();
            MemorySegment values = arena.allocate((long) inputs * outputs * type.bytes(), 64);
            values.fill((byte) 0x3c);
            return values.byteSize()
                    / seconds(1, () -> backend.linear(new Weight(values, type, outputs, inputs), null)
                            .close());
        }
    }

    /// Whether the first rows of a block come out the same where the others are not there.
    public boolean fewerRowsGiveTheSameBits(int inputs, int outputs) {
        try (Matrix x = random(inputs);
                Matrix whole = backend.matrix(backend.blockRows(), outputs);
                Matrix part = backend.matrix(backend.blockRows(), outputs);
                Linear layer = layer(inputs, outputs)) {
            backend.linear(x, layer, Epilogue.STORE, whole);
            boolean same = true;
            for (int rows : new int[] {Math.min(128, backend.blockRows()), Math.min(1000, backend.blockRows())}) {
                Matrix few = part.rows(0, rows);
                backend.linear(x.rows(0, rows), layer, Epilogue.STORE, few);
                same &= Arrays.equals(values(whole.rows(0, rows)), values(few));
            }
            return same;
        }
    }

    private float[] values(Matrix matrix) {
        float[] values = new float[Math.multiplyExact(matrix.rows(), matrix.columns())];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(4L * values.length, 64);
            backend.read(matrix, copy);
            MemorySegment.copy(copy, ValueLayout.JAVA_FLOAT, 0, values, 0, values.length);
        }
        return values;
    }

    /// Seconds of the language-model head on one block of rows, tile by tile.
    ///
    /// @param folded with log-softmax and gather, or the products alone
    public double head(int inputs, int vocabulary, int tile, boolean folded, int repetitions) {
        List<Linear> tiles = new ArrayList<>();
        double[] logprobs = new double[backend.blockRows()];
        boolean[] greedy = new boolean[backend.blockRows()];
        ScoringPlan plan = plan(vocabulary);
        try (Matrix x = operands(inputs);
                Matrix logits = backend.matrix(backend.blockRows(), tile);
                LogitFold fold = backend.logitFold(1, 0)) {
            for (int first = 0; first < vocabulary; first += tile) {
                tiles.add(layer(inputs, Math.min(tile, vocabulary - first)));
            }
            return seconds(repetitions, () -> {
                fold.begin(plan, 0, backend.blockRows());
                int token = 0;
                for (Linear weights : tiles) {
                    Matrix own = logits.columns(0, weights.outputs());
                    backend.linear(x, weights, Epilogue.STORE, own);
                    if (folded) {
                        fold.tile(own, token);
                    }
                    token += weights.outputs();
                }
                if (folded) {
                    fold.end(logprobs, greedy);
                }
            });
        } finally {
            tiles.forEach(Linear::close);
        }
    }

    /// Seconds of each step of a layer of an OPT's shape on one whole block of rows, which are sentences; then those of
    /// attention where all of them follow a header.
    public Map<String, Double> layer(int hidden, int headDim, int repetitions) {
        int heads = hidden / headDim;
        Attention attention =
                new Attention(heads, heads, headDim, (float) (1 / Math.sqrt(headDim)), 0, Integer.MAX_VALUE, null);
        TokenTrie alone = sentences(0);
        int header = Math.min(HEADER, backend.blockRows() / 2);
        TokenTrie behind = sentences(header);
        try (Matrix x = random(hidden);
                Matrix normed = operands(hidden);
                Matrix query = random(hidden);
                Matrix keyValue = random(2 * hidden);
                Matrix attended = backend.operands(backend.blockRows(), hidden);
                Matrix inner = backend.operands(backend.blockRows(), 4 * hidden);
                NormWeights norm = backend.normWeights(
                        new Norm(Norm.Kind.LAYER, hidden, new float[hidden], new float[hidden], 1e-5f));
                Linear queries = layer(hidden, hidden, new float[hidden]);
                Linear keysAndValues = layer(hidden, 2 * hidden, new float[2 * hidden]);
                Linear output = layer(hidden, hidden, new float[hidden]);
                Linear up = layer(hidden, 4 * hidden, new float[4 * hidden]);
                Linear down = layer(4 * hidden, hidden, new float[hidden]);
                Rows aloneRows = backend.rows(alone);
                Rows behindRows = backend.rows(behind)) {
            Map<String, Runnable> steps = new LinkedHashMap<>();
            steps.put("norm", () -> backend.norm(x, norm, normed));
            steps.put("keys and values", () -> backend.linear(normed, keysAndValues, Epilogue.STORE, keyValue));
            steps.put("queries", () -> backend.linear(normed, queries, Epilogue.STORE, query));
            steps.put("attention", () -> attend(attention, query, keyValue, alone, aloneRows, attended));
            steps.put("output, added", () -> backend.linear(attended, output, Epilogue.ADD, x));
            steps.put("up, activated", () -> backend.linear(normed, up, new Epilogue.Activate(Activation.RELU), inner));
            steps.put("down, added", () -> backend.linear(inner, down, Epilogue.ADD, x));
            steps.put(
                    "attention behind a header of " + header + " tokens",
                    () -> attend(attention, query, keyValue, behind, behindRows, attended));
            Map<String, Double> seconds = new LinkedHashMap<>();
            steps.forEach((step, work) -> seconds.put(step, seconds(repetitions, work)));
            return seconds;
        }
    }

    private void attend(Attention attention, Matrix query, Matrix keyValue, TokenTrie trie, Rows rows, Matrix y) {
        int columns = query.columns();
        backend.attention(
                attention,
                query.rows(0, trie.rows()),
                keyValue.columns(0, columns),
                keyValue.columns(columns, columns),
                rows,
                0,
                y.rows(0, trie.rows()));
    }

    /// As many sentences as fit into a block behind a header that all of them share.
    private TokenTrie sentences(int header) {
        int[] shared = random.ints(header, 0, 50_000).toArray();
        List<Sequence> sequences = new ArrayList<>();
        for (int i = 0; i < (backend.blockRows() - header) / SENTENCE; i++) {
            int[] input = Arrays.copyOf(shared, header + SENTENCE);
            input[header] = i; // none begins like another
            sequences.add(new Sequence(input, new int[] {0}, 0));
        }
        return ScoringPlan.of(sequences).trie();
    }

    /// One row per sequence, each with a target of its own.
    private ScoringPlan plan(int vocabulary) {
        List<Sequence> sequences = new ArrayList<>();
        for (int row = 0; row < backend.blockRows(); row++) {
            sequences.add(new Sequence(new int[] {row}, new int[] {random.nextInt(vocabulary)}, 0));
        }
        return ScoringPlan.of(sequences);
    }

    private double seconds(int repetitions, Runnable work) {
        work.run();
        backend.forEachBlock(0, (lane, first, count) -> {}); // waits
        long start = System.nanoTime();
        for (int i = 0; i < repetitions; i++) {
            work.run();
        }
        backend.forEachBlock(0, (lane, first, count) -> {});
        return (System.nanoTime() - start) / 1e9 / repetitions;
    }

    private Matrix random(int columns) {
        Matrix matrix = backend.matrix(backend.blockRows(), columns);
        long bytes = 4L * backend.blockRows() * columns;
        try (Arena arena = Arena.ofConfined()) {
            backend.write(repeated(pattern(ComputeType.FLOAT32, arena), bytes, arena), matrix);
        }
        return matrix;
    }

    /// Normed random values, as a layer has them.
    private Matrix operands(int columns) {
        Matrix operands = backend.operands(backend.blockRows(), columns);
        try (Matrix values = random(columns);
                NormWeights norm = backend.normWeights(new Norm(Norm.Kind.RMS, columns, null, null, 1e-5f))) {
            backend.norm(values, norm, operands);
        }
        return operands;
    }

    private Linear layer(int inputs, int outputs) {
        return layer(inputs, outputs, null);
    }

    private Linear layer(int inputs, int outputs, float[] bias) {
        ComputeType type = backend.dtype();
        long bytes = (long) inputs * outputs * type.bytes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = repeated(pattern(type, arena), bytes, arena);
            return backend.linear(new Weight(values, type, outputs, inputs), bias);
        }
    }

    private static MemorySegment repeated(MemorySegment pattern, long bytes, Arena arena) {
        MemorySegment values = arena.allocate(bytes, 64);
        for (long offset = 0; offset < bytes; offset += pattern.byteSize()) {
            MemorySegment.copy(pattern, 0, values, offset, Math.min(pattern.byteSize(), bytes - offset));
        }
        return values;
    }

    private MemorySegment pattern(ComputeType type, Arena arena) {
        MemorySegment pattern = arena.allocate((long) PATTERN * type.bytes(), 64);
        for (int i = 0; i < PATTERN; i++) {
            float value = (float) (0.02 * random.nextGaussian());
            switch (type) {
                case FLOAT32 -> pattern.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
                case BFLOAT16 ->
                    pattern.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (Float.floatToRawIntBits(value) >> 16));
            }
        }
        return pattern;
    }

    @Override
    public void close() {
        backend.close();
    }
}
