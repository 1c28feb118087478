package io.logprobe.engine.backend.conformance;

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
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.Sequence;
import io.logprobe.engine.plan.TokenTrie;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Every operation of a backend as a function from a seed and a size to numbers, so that two backends can be compared.
public final class BackendOperations {

    /// Runs one operation on random matrices.
    @FunctionalInterface
    public interface Operation {
        float[] run(Workbench bench, int rows, int columns);
    }

    /// An operation with what two float32 implementations of it may differ by, relative to 1 + |expected|.
    public record Case(String name, double tolerance, Operation operation) {

        /// Runs the operation on random values that depend on nothing but the size.
        public float[] run(Backend backend, int rows, int columns) {
            try (Workbench bench = new Workbench(backend, new Random(1))) {
                return operation.run(bench, rows, columns);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final int HEAD_DIM_STEP = 2;

    private BackendOperations() {}

    public static List<Case> all() {
        List<Case> cases = new ArrayList<>(List.of(
                new Case("gather", 0, BackendOperations::gather),
                new Case("gatherAdd", 1e-7, BackendOperations::gatherAdd),
                new Case("scatterAdd", 1e-5, BackendOperations::scatterAdd),
                new Case("clear", 0, (bench, rows, columns) -> onRows(bench, rows, columns, bench.backend()::clear)),
                new Case(
                        "scale",
                        1e-7,
                        (bench, rows, columns) -> onRows(
                                bench, rows, columns, x -> bench.backend().scale(x, 0.37f))),
                new Case(
                        "clamp",
                        0,
                        (bench, rows, columns) -> onRows(
                                bench, rows, columns, x -> bench.backend().clamp(x, 0.5f))),
                new Case("add", 1e-6, BackendOperations::add),
                new Case("gateRows", 1e-6, BackendOperations::gateRows),
                new Case("route", 1e-6, (bench, rows, columns) -> route(bench, rows, columns, false)),
                new Case("route renormalised", 1e-6, (bench, rows, columns) -> route(bench, rows, columns, true))));
        for (Norm.Kind kind : Norm.Kind.values()) {
            for (int parameters = 0; parameters < 3; parameters++) {
                int count = parameters;
                cases.add(new Case(
                        "norm " + kind + " with " + count + " vectors",
                        1e-5,
                        (bench, rows, columns) -> norm(bench, rows, columns, kind, count, 1)));
            }
            cases.add(new Case(
                    "norm " + kind + " by head",
                    1e-5,
                    (bench, rows, columns) -> norm(bench, rows, columns, kind, 1, 3)));
            cases.add(new Case(
                    "norm " + kind + " by head with own weights",
                    1e-5,
                    (bench, rows, columns) -> norm(bench, rows, columns, kind, 2, -3)));
        }
        for (boolean bias : new boolean[] {false, true}) {
            for (Epilogue epilogue : epilogues()) {
                cases.add(new Case(
                        "linear " + epilogue + (bias ? " with bias" : ""),
                        2e-5,
                        (bench, rows, columns) -> linear(bench, rows, columns, bias, epilogue)));
            }
        }
        cases.addAll(OperandOperations.all());
        for (Activation activation : Activation.values()) {
            cases.add(new Case(
                    "gate " + activation, 2e-6, (bench, rows, columns) -> gate(bench, rows, columns, activation)));
        }
        for (Rotation.Pairing pairing : Rotation.Pairing.values()) {
            cases.add(new Case(
                    "rotate " + pairing, 1e-6, (bench, rows, columns) -> rotate(bench, rows, columns, pairing)));
        }
        cases.add(attention("attention", 2, 2, 0, Integer.MAX_VALUE, false));
        cases.add(attention("attention with shared keys", 4, 2, 0, Integer.MAX_VALUE, false));
        cases.add(attention("attention in a window", 2, 1, 0, 3, false));
        cases.add(attention("attention in a wide window", 2, 1, 0, 20, true));
        cases.add(attention("attention with cap", 3, 3, 2, Integer.MAX_VALUE, false));
        cases.add(attention("attention with position bias", 2, 2, 0, Integer.MAX_VALUE, true));
        cases.add(new Case("logitFold", 1e-5, (bench, rows, columns) -> fold(bench, rows, columns, 1, 0)));
        cases.add(new Case(
                "logitFold with factor and cap", 1e-5, (bench, rows, columns) -> fold(bench, rows, columns, 0.25f, 3)));
        return cases;
    }

    private static List<Epilogue> epilogues() {
        List<Epilogue> epilogues = new ArrayList<>(List.of(Epilogue.STORE, Epilogue.ADD, new Epilogue.Add(0.22f)));
        for (Activation activation : Activation.values()) {
            epilogues.add(new Epilogue.Activate(activation));
        }
        return epilogues;
    }

    @FunctionalInterface
    private interface InPlace {
        void apply(Matrix x);
    }

    private static float[] onRows(Workbench bench, int rows, int columns, InPlace operation) {
        Backend b = bench.backend();
        Matrix x = bench.matrix(rows, columns);
        b.forEachBlock(rows, (lane, first, count) -> operation.apply(x.rows(first, count)));
        return bench.values(x);
    }

    private static float[] gather(Workbench bench, int rows, int columns) {
        Backend b = bench.backend();
        Random random = bench.random();
        Matrix source = bench.matrix(5, columns);
        Matrix target = bench.matrix(rows, columns);
        int[] indices = random.ints(rows, 0, 5).toArray();
        b.forEachBlock(rows, (lane, first, count) -> b.gather(source, indices, first, target.rows(first, count)));
        return bench.values(target);
    }

    private static float[] gatherAdd(Workbench bench, int rows, int columns) {
        Backend b = bench.backend();
        Random random = bench.random();
        Matrix source = bench.matrix(5, columns);
        Matrix target = bench.matrix(rows, columns);
        int[] indices = random.ints(rows, 0, 5).toArray();
        b.forEachBlock(rows, (lane, first, count) -> b.gatherAdd(source, indices, first, target.rows(first, count)));
        return bench.values(target);
    }

    private static float[] scatterAdd(Workbench bench, int rows, int columns) {
        Backend b = bench.backend();
        Random random = bench.random();
        Matrix source = bench.matrix(rows, columns);
        Matrix target = bench.matrix(5, columns);
        int[] indices = random.ints(rows, 0, 5).toArray();
        float[] weights = bench.vector(rows);
        b.scatterAdd(source, indices, weights, 0, target);
        return bench.values(target);
    }

    private static float[] add(Workbench bench, int rows, int columns) {
        Backend b = bench.backend();
        Matrix x = bench.matrix(rows, columns);
        Matrix y = bench.matrix(rows, columns + 3).columns(3, columns);
        b.forEachBlock(rows, (lane, first, count) -> b.add(x.rows(first, count), 0.7f, y.rows(first, count)));
        return bench.values(y);
    }

    private static float[] gateRows(Workbench bench, int rows, int columns) {
        Backend b = bench.backend();
        Matrix gate = bench.matrix(rows, 1);
        Matrix x = bench.matrix(rows, columns);
        b.forEachBlock(rows, (lane, first, count) -> b.gateRows(gate.rows(first, count), x.rows(first, count)));
        return bench.values(x);
    }

    private static float[] route(Workbench bench, int rows, int columns, boolean renormalise) {
        Backend b = bench.backend();
        int topK = Math.min(3, columns);
        Matrix logits = bench.matrix(rows, columns);
        int[] experts = new int[rows * topK];
        float[] weights = new float[rows * topK];
        b.route(logits, topK, renormalise, experts, weights);
        float[] all = new float[2 * experts.length];
        for (int i = 0; i < experts.length; i++) {
            all[i] = experts[i];
            all[experts.length + i] = weights[i];
        }
        return all;
    }

    /// @param groups groups per row; negative: each with vectors of its own
    private static float[] norm(Workbench bench, int rows, int columns, Norm.Kind kind, int vectors, int groups) {
        Backend b = bench.backend();
        int width = columns * Math.abs(groups);
        int parameters = groups < 0 ? width : columns;
        Norm norm = new Norm(
                kind,
                columns,
                vectors > 0 ? bench.vector(parameters) : null,
                vectors > 1 ? bench.vector(parameters) : null,
                1e-5f);
        Matrix x = bench.matrix(rows, width);
        Matrix y = bench.matrix(rows, width);
        try (NormWeights weights = b.normWeights(norm)) {
            b.forEachBlock(rows, (lane, first, count) -> b.norm(x.rows(first, count), weights, y.rows(first, count)));
        }
        return bench.values(y);
    }

    private static float[] linear(Workbench bench, int rows, int columns, boolean bias, Epilogue epilogue) {
        Backend b = bench.backend();
        Random random = bench.random();
        int outputs = 37;
        Matrix x = bench.matrix(rows, columns);
        Matrix y = bench.matrix(rows, outputs);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment weight = arena.allocate(4L * outputs * columns, 64);
            for (int i = 0; i < outputs * columns; i++) {
                weight.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (random.nextGaussian() / Math.sqrt(columns)));
            }
            try (Linear layer = b.linear(
                    new Weight(weight, ComputeType.FLOAT32, outputs, columns), bias ? bench.vector(outputs) : null)) {
                b.forEachBlock(
                        rows,
                        (lane, first, count) -> b.linear(x.rows(first, count), layer, epilogue, y.rows(first, count)));
            }
        }
        return bench.values(y);
    }

    private static float[] gate(Workbench bench, int rows, int columns, Activation activation) {
        Backend b = bench.backend();
        Matrix x = bench.matrix(rows, 2 * columns);
        Matrix y = bench.matrix(rows, columns);
        b.forEachBlock(rows, (lane, first, count) -> b.gate(x.rows(first, count), activation, y.rows(first, count)));
        return bench.values(y);
    }

    private static float[] rotate(Workbench bench, int rows, int columns, Rotation.Pairing pairing) {
        Backend b = bench.backend();
        TokenTrie trie = trie(bench.random(), rows);
        int headDim = HEAD_DIM_STEP * Math.ceilDiv(columns, HEAD_DIM_STEP);
        int dims = Math.max(HEAD_DIM_STEP, headDim / 2 / HEAD_DIM_STEP * HEAD_DIM_STEP);
        Rotation rotation = new Rotation(
                dims, pairing, new float[][] {bench.vector(dims / 2), bench.vector(dims / 2)}, new float[] {1, 1.19f});
        Matrix x = bench.matrix(trie.rows(), 3 * headDim);
        try (RotaryTable table = b.rotaryTable(rotation, trie.longestSequence());
                Rows planned = b.rows(trie)) {
            b.forEachBlock(
                    trie.rows(),
                    (lane, first, count) -> b.rotate(x.rows(first, count), headDim, table, planned, first));
        }
        return bench.values(x);
    }

    private static Case attention(
            String name, int heads, int keyHeads, float softcap, int window, boolean positionBias) {
        return new Case(name, 2e-5, (bench, rows, columns) -> {
            Backend b = bench.backend();
            int headDim = Math.min(columns, 130);
            TokenTrie trie = trie(bench.random(), rows);
            Matrix q = bench.matrix(trie.rows(), heads * headDim);
            Matrix keyValue = bench.matrix(trie.rows(), 2 * keyHeads * headDim);
            Matrix y = bench.matrix(trie.rows(), heads * headDim);
            Matrix bias = positionBias ? bench.matrix(heads, trie.longestSequence()) : null;
            Attention attention =
                    new Attention(heads, keyHeads, headDim, (float) (1 / Math.sqrt(headDim)), softcap, window, bias);
            Matrix k = keyValue.columns(0, keyHeads * headDim);
            Matrix v = keyValue.columns(keyHeads * headDim, keyHeads * headDim);
            try (Rows planned = b.rows(trie)) {
                b.forEachBlock(
                        trie.rows(),
                        (lane, first, count) -> b.attention(
                                attention, q.rows(first, count), k, v, planned, first, y.rows(first, count)));
            }
            return bench.values(y);
        });
    }

    /// Log-probabilities, then whether the target was the most probable token.
    private static float[] fold(Workbench bench, int rows, int columns, float factor, float softcap) {
        Backend b = bench.backend();
        Random random = bench.random();
        List<Sequence> sequences = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            sequences.add(new Sequence(new int[] {i / 2}, new int[] {random.nextInt(2 * columns)}, 0));
        }
        ScoringPlan plan = ScoringPlan.of(sequences);
        double[] logprobs = new double[rows];
        boolean[] greedy = new boolean[rows];
        Matrix low = bench.matrix(plan.headRowCount(), columns);
        Matrix high = bench.matrix(plan.headRowCount(), columns);
        b.forEachBlock(plan.headRowCount(), (lane, first, count) -> {
            try (LogitFold fold = b.logitFold(factor, softcap)) {
                fold.begin(plan, first, count);
                fold.tile(low.rows(first, count), 0);
                fold.tile(high.rows(first, count), columns);
                fold.end(logprobs, greedy);
            }
        });
        float[] all = new float[2 * rows];
        for (int i = 0; i < rows; i++) {
            all[i] = (float) logprobs[i];
            all[rows + i] = greedy[i] ? 1 : 0;
        }
        return all;
    }

    /// A trie of about `rows` rows in two groups, with long shared prefixes and short ones.
    private static TokenTrie trie(Random random, int rows) {
        List<Sequence> sequences = new ArrayList<>();
        int[] header = random.ints(Math.min(rows, 40), 0, 5).toArray();
        int length = header.length;
        while (length < rows) {
            int shared = random.nextInt(header.length + 1);
            int own = 1 + random.nextInt(25);
            int[] input = Arrays.copyOf(header, shared + own);
            for (int i = shared; i < input.length; i++) {
                input[i] = random.nextInt(3);
            }
            sequences.add(new Sequence(input, new int[] {0}, random.nextInt(2)));
            length += own;
        }
        if (rows > 0) {
            sequences.add(new Sequence(header, new int[] {0}, 0));
        }
        return ScoringPlan.of(sequences).trie();
    }
}
