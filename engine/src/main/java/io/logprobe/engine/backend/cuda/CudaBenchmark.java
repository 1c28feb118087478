package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.LogitFold;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Norm;
import io.logprobe.engine.backend.NormWeights;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.Sequence;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Times single steps on a device, on random values and for one whole block of rows.
public final class CudaBenchmark implements AutoCloseable {

    /// Tokens per tile of the vocabulary, as the executor takes them.
    public static final int VOCABULARY_TILE = CudaBackend.VOCABULARY_TILE;

    private static final int PATTERN = 1 << 20;

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
        ComputeType type = backend.dtype();
        long bytes = (long) inputs * outputs * type.bytes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = repeated(pattern(type, arena), bytes, arena);
            return backend.linear(new Weight(values, type, outputs, inputs), null);
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
