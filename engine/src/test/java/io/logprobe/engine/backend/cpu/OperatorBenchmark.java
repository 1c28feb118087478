package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.Attention;
import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.LogitFold;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Norm;
import io.logprobe.engine.backend.NormWeights;
import io.logprobe.engine.backend.RotaryTable;
import io.logprobe.engine.backend.Rotation;
import io.logprobe.engine.backend.Rows;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.memory.NativeBuffer;
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.Sequence;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Single operators on one block of rows and one core, in the shapes of OPT-125M: hidden 768, inner 3072, 12 heads of
/// 64. [OperatorTable] runs them and relates them to the work that they do.
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class OperatorBenchmark {

    static final int ROWS = 128;
    static final int HIDDEN = 768;
    static final int INNER = 3072;
    static final int HEADS = 12;
    static final int HEAD_DIM = 64;
    static final int TILE = 1024;
    static final int SEQUENCE = 32;

    private Backend float32;
    private Backend bfloat16;
    private final List<AutoCloseable> owned = new ArrayList<>();

    private Matrix x;
    private Matrix y;
    private Matrix keyValue;
    private Matrix wide;
    private Matrix gates;
    private Matrix logits;
    private NormWeights layerNorm;
    private NormWeights rmsNorm;
    private RotaryTable rotary;
    private Attention attention;
    private Rows rows;
    private ScoringPlan plan;
    private LogitFold fold;
    private NativeBuffer stored;
    private List<Linear> square;
    private List<Linear> up;
    private List<Linear> down;
    private List<Linear> square16;
    private List<Linear> up16;
    private List<Linear> down16;
    private int turn;

    /// Random values; enough different weights that they come from memory.
    @Setup
    public void prepare() {
        Random random = new Random(1);
        float32 = own(new CpuBackend(ComputeType.FLOAT32));
        bfloat16 = own(new CpuBackend(ComputeType.BFLOAT16));
        x = matrix(random, HIDDEN);
        y = matrix(random, HIDDEN);
        keyValue = matrix(random, 2 * HIDDEN);
        wide = matrix(random, INNER);
        gates = matrix(random, 2 * INNER);
        logits = matrix(random, TILE);
        layerNorm = own(
                float32.normWeights(new Norm(Norm.Kind.LAYER, HIDDEN, new float[HIDDEN], new float[HIDDEN], 1e-5f)));
        rmsNorm = own(float32.normWeights(new Norm(Norm.Kind.RMS, HIDDEN, new float[HIDDEN], null, 1e-5f)));
        float[][] frequencies = {new float[HEAD_DIM / 2]};
        rotary = own(float32.rotaryTable(
                new Rotation(HEAD_DIM, Rotation.Pairing.HALVES, frequencies, new float[] {1}), SEQUENCE));
        attention = new Attention(HEADS, HEADS, HEAD_DIM, 0.125f, 0, Integer.MAX_VALUE, null);
        plan = ScoringPlan.of(sequences());
        rows = own(float32.rows(plan.trie()));
        fold = own(float32.logitFold(1, 0));
        stored = own(NativeBuffer.allocate((long) INNER * HIDDEN * Float.BYTES));
        square = layers(float32, HIDDEN, HIDDEN);
        up = layers(float32, HIDDEN, INNER);
        down = layers(float32, INNER, HIDDEN);
        square16 = layers(bfloat16, HIDDEN, HIDDEN);
        up16 = layers(bfloat16, HIDDEN, INNER);
        down16 = layers(bfloat16, INNER, HIDDEN);
        float32.awaitReady();
        bfloat16.awaitReady();
    }

    /// Sequences that share nothing: their rows fill one block, and half of them predict.
    static List<Sequence> sequences() {
        List<Sequence> sequences = new ArrayList<>();
        for (int i = 0; i < ROWS / SEQUENCE; i++) {
            int[] tokens = new Random(i).ints(SEQUENCE, 10, 1000).toArray();
            tokens[0] = i;
            sequences.add(new Sequence(tokens, new int[SEQUENCE / 2], 0));
        }
        return sequences;
    }

    private <T extends AutoCloseable> T own(T resource) {
        owned.add(resource);
        return resource;
    }

    private Matrix matrix(Random random, int columns) {
        Matrix matrix = own(float32.matrix(ROWS, columns));
        try (NativeBuffer values = NativeBuffer.allocate((long) ROWS * columns * Float.BYTES)) {
            for (long i = 0; i < (long) ROWS * columns; i++) {
                values.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
            }
            float32.write(values.data(), matrix);
        }
        return matrix;
    }

    private List<Linear> layers(Backend backend, int inputs, int outputs) {
        List<Linear> layers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            layers.add(own(pack(backend, inputs, outputs)));
        }
        return layers;
    }

    private Linear pack(Backend backend, int inputs, int outputs) {
        MemorySegment data = stored.data();
        return backend.linear(new Weight(data, backend.dtype(), outputs, inputs), new float[outputs]);
    }

    @TearDown
    public void close() throws Exception {
        for (AutoCloseable resource : owned.reversed()) {
            resource.close();
        }
    }

    @Benchmark
    public void normLayer() {
        float32.norm(x, layerNorm, y);
    }

    @Benchmark
    public void normRms() {
        float32.norm(x, rmsNorm, y);
    }

    @Benchmark
    public void add() {
        float32.add(x, 1, y);
    }

    @Benchmark
    public void gateSilu() {
        float32.gate(gates, Activation.SILU, wide);
    }

    @Benchmark
    public void gateGelu() {
        float32.gate(gates, Activation.GELU, wide);
    }

    @Benchmark
    public void rotate() {
        float32.rotate(y, HEAD_DIM, rotary, rows, 0);
    }

    @Benchmark
    public void attention() {
        float32.attention(attention, x, keyValue.columns(0, HIDDEN), keyValue.columns(HIDDEN, HIDDEN), rows, 0, y);
    }

    @Benchmark
    public void foldHead() {
        fold.begin(plan, 0, plan.headRowCount());
        fold.tile(logits.rows(0, plan.headRowCount()), 0);
    }

    @Benchmark
    public void linearSquareFloat32() {
        float32.linear(x, next(square), Epilogue.STORE, y);
    }

    @Benchmark
    public void linearUpFloat32() {
        float32.linear(x, next(up), new Epilogue.Activate(Activation.RELU), wide);
    }

    @Benchmark
    public void linearDownFloat32() {
        float32.linear(wide, next(down), Epilogue.STORE, y);
    }

    @Benchmark
    public void linearSquareBfloat16() {
        bfloat16.linear(x, next(square16), Epilogue.STORE, y);
    }

    @Benchmark
    public void linearUpBfloat16() {
        bfloat16.linear(x, next(up16), new Epilogue.Activate(Activation.RELU), wide);
    }

    @Benchmark
    public void linearDownBfloat16() {
        bfloat16.linear(wide, next(down16), Epilogue.STORE, y);
    }

    @Benchmark
    public void packFloat32() {
        pack(float32, HIDDEN, INNER).close();
    }

    @Benchmark
    public void packBfloat16() {
        pack(bfloat16, HIDDEN, INNER).close();
    }

    private Linear next(List<Linear> layers) {
        turn = (turn + 1) % layers.size();
        return layers.get(turn);
    }
}
