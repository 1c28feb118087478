package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.Attention;
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
import io.logprobe.engine.failure.BackendUnavailable;
import io.logprobe.engine.memory.NativeBuffer;
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.Sequence;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Runs the vectorised operations on small data while a model is opened, so that they are compiled before the first
/// block of real work. Interpreted, a vector operation takes a microsecond instead of a nanosecond, and the compiler
/// would have to share the cores with the lanes that wait for it.
final class Rehearsal {

    /// What is rehearsed together.
    enum Part {
        /// Nearly every model does this.
        COMMON,
        /// Models with RMS norms also rotate and gate.
        GATED
    }

    private static final long LONGEST_NANOS = 3_000_000_000L;
    /// Compiled, a round takes a fifth of that; emulated or half compiled, more than ten times as much.
    private static final long FAST_ROUND_NANOS = 500_000;

    private static final int FAST_ROUNDS = 5;
    private static final int HEADS = 1;
    private static final int HEAD_DIM = 64;
    private static final int WIDTH = HEADS * HEAD_DIM;
    private static final int[] LENGTHS = {8, 20, 70};
    private static final int TILE = 64;
    private static final int TILES = 4;
    private static final int PRODUCTS = 10;
    private static final int VOCABULARY = TILES * TILE;
    private static final float[] ONES = new float[WIDTH];

    static {
        Arrays.fill(ONES, 1);
    }

    private static final Map<Part, Thread> BEGUN = new EnumMap<>(Part.class);

    private final CpuBackend backend;
    private final ThreadMemory memory;
    private final ScoringPlan plan = plan();

    private Rehearsal(CpuBackend backend, ThreadMemory memory) {
        this.backend = backend;
        this.memory = memory;
    }

    /// Begins on a thread of its own, once per process.
    static synchronized void start(Part part) {
        BEGUN.computeIfAbsent(part, missing -> Thread.ofPlatform()
                .name("logprobe-rehearsal-" + missing)
                .daemon(true)
                .start(() -> hold(missing)));
    }

    private static void hold(Part part) {
        ComputeType operands =
                OperandChoice.of(ComputeType.BFLOAT16, OneDnn.instance().isa(), OperandChoice.vendor());
        try (CpuBackend backend = new CpuBackend(ComputeType.BFLOAT16, operands)) {
            new Rehearsal(backend, new ThreadMemory(OneDnn.instance())).run(part);
        } catch (BackendUnavailable e) {
            // Who needs the backend will meet it again.
            return;
        }
    }

    /// Waits until what has begun is over.
    static void await() {
        List<Thread> begun;
        synchronized (Rehearsal.class) {
            begun = List.copyOf(BEGUN.values());
        }
        try {
            for (Thread thread : begun) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ScoringPlan plan() {
        Random random = new Random(1);
        List<Sequence> sequences = new ArrayList<>();
        for (int length : LENGTHS) {
            int[] tokens = new int[length];
            Arrays.setAll(tokens, position -> position < 5 ? 7 : random.nextInt(VOCABULARY));
            sequences.add(new Sequence(tokens, Arrays.copyOf(tokens, 3), 0));
        }
        return ScoringPlan.of(sequences);
    }

    private void run(Part part) {
        switch (part) {
            case COMMON -> common();
            case GATED -> gated();
        }
        memory.close();
    }

    private void common() {
        int rows = plan.trie().rows();
        int blockRows = Math.min(rows, 64);
        Attention attention = new Attention(HEADS, 1, HEAD_DIM, 0.1f, 0, Integer.MAX_VALUE, null);
        NormWeights norm = backend.normWeights(new Norm(Norm.Kind.LAYER, WIDTH, ONES, ONES, 1e-5f));
        int[] indices = new int[rows];
        Arrays.setAll(indices, i -> i);
        try (Matrix hidden = backend.matrix(rows, WIDTH);
                Matrix keyValue = backend.matrix(rows, 2 * HEAD_DIM);
                Matrix product = backend.matrix(rows, WIDTH);
                Matrix logits = backend.matrix(rows, VOCABULARY);
                Rows trie = backend.rows(plan.trie());
                NativeBuffer weights = NativeBuffer.allocate((long) WIDTH * WIDTH * Float.BYTES);
                Linear layer = backend.linear(new Weight(weights.data(), ComputeType.FLOAT32, WIDTH, WIDTH), null);
                LogitFold fold = backend.logitFold(1, 0)) {
            for (int row = 0; row < rows; row++) {
                MemorySegment data = ((NativeMatrix) logits).data();
                data.setAtIndex(ValueLayout.JAVA_FLOAT, (long) row * VOCABULARY + row * 31 % VOCABULARY, 1);
            }
            repeat(() -> {
                for (int first = 0; first < rows; first += blockRows) {
                    Matrix x = hidden.rows(first, Math.min(blockRows, rows - first));
                    backend.gather(hidden, indices, first, x);
                    backend.gatherAdd(keyValue.columns(0, WIDTH), indices, first, x);
                    backend.norm(x, norm, x);
                    backend.attention(
                            attention,
                            x,
                            keyValue.columns(0, HEAD_DIM),
                            keyValue.columns(HEAD_DIM, HEAD_DIM),
                            trie,
                            first,
                            x,
                            memory);
                }
                for (int i = 0; i < PRODUCTS; i++) {
                    backend.linear(hidden.rows(0, blockRows), layer, Epilogue.STORE, product);
                }
                foldAll(fold, logits);
            });
        }
    }

    private void gated() {
        int rows = plan.trie().rows();
        NormWeights norm = backend.normWeights(new Norm(Norm.Kind.RMS, WIDTH, ONES, null, 1e-5f));
        float[][] frequencies = {new float[HEAD_DIM / 2]};
        Rotation rotation = new Rotation(HEAD_DIM, Rotation.Pairing.HALVES, frequencies, new float[] {1});
        try (Matrix x = backend.matrix(rows, WIDTH);
                Matrix wide = backend.matrix(rows, 2 * WIDTH);
                RotaryTable table = backend.rotaryTable(rotation, plan.trie().longestSequence());
                Rows trie = backend.rows(plan.trie())) {
            repeat(() -> {
                backend.norm(x, norm, x);
                backend.rotate(x, HEAD_DIM, table, trie, 0);
                backend.gate(wide, Activation.SILU, x);
            });
        }
    }

    /// Until it is compiled.
    private static void repeat(Runnable round) {
        long end = System.nanoTime() + LONGEST_NANOS;
        int fast = 0;
        while (fast < FAST_ROUNDS && System.nanoTime() < end) {
            long began = System.nanoTime();
            round.run();
            fast += System.nanoTime() - began < FAST_ROUND_NANOS ? 1 : 0;
        }
    }

    private void foldAll(LogitFold fold, Matrix logits) {
        int count = Math.min(plan.headRowCount(), 8);
        fold.begin(plan, 0, count);
        for (int tile = 0; tile < TILES; tile++) {
            fold.tile(logits.rows(0, count).columns(tile * TILE, TILE), tile * TILE);
        }
        fold.end(new double[plan.predictions()], new boolean[plan.predictions()]);
    }
}
