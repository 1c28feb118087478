package io.logprobe.engine.backend;

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
final class BackendOperations {

    /// Runs one operation on random matrices.
    @FunctionalInterface
    interface Operation {
        float[] run(Backend backend, Random random, int rows, int columns);
    }

    /// An operation with what two float32 implementations of it may differ by, relative to 1 + |expected|.
    record Case(String name, double tolerance, Operation operation) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final int HEAD_DIM_STEP = 2;

    private BackendOperations() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>(List.of(
                new Case("gather", 0, BackendOperations::gather),
                new Case("gatherAdd", 1e-7, BackendOperations::gatherAdd),
                new Case("scatterAdd", 1e-5, BackendOperations::scatterAdd),
                new Case("clear", 0, (b, random, rows, columns) -> onRows(b, random, rows, columns, b::clear)),
                new Case(
                        "scale",
                        1e-7,
                        (b, random, rows, columns) -> onRows(b, random, rows, columns, x -> b.scale(x, 0.37f))),
                new Case(
                        "clamp",
                        0,
                        (b, random, rows, columns) -> onRows(b, random, rows, columns, x -> b.clamp(x, 0.5f))),
                new Case("add", 1e-6, BackendOperations::add),
                new Case("gateRows", 1e-6, BackendOperations::gateRows),
                new Case("route", 1e-6, (b, random, rows, columns) -> route(b, random, rows, columns, false)),
                new Case(
                        "route renormalised",
                        1e-6,
                        (b, random, rows, columns) -> route(b, random, rows, columns, true))));
        for (Norm.Kind kind : Norm.Kind.values()) {
            for (int parameters = 0; parameters < 3; parameters++) {
                int count = parameters;
                cases.add(new Case(
                        "norm " + kind + " with " + count + " vectors",
                        1e-5,
                        (b, random, rows, columns) -> norm(b, random, rows, columns, kind, count, 1)));
            }
            cases.add(new Case(
                    "norm " + kind + " by head",
                    1e-5,
                    (b, random, rows, columns) -> norm(b, random, rows, columns, kind, 1, 3)));
            cases.add(new Case(
                    "norm " + kind + " by head with own weights",
                    1e-5,
                    (b, random, rows, columns) -> norm(b, random, rows, columns, kind, 2, -3)));
        }
        for (boolean bias : new boolean[] {false, true}) {
            for (Epilogue epilogue : epilogues()) {
                cases.add(new Case(
                        "linear " + epilogue + (bias ? " with bias" : ""),
                        2e-5,
                        (b, random, rows, columns) -> linear(b, random, rows, columns, bias, epilogue)));
            }
        }
        for (Activation activation : Activation.values()) {
            cases.add(new Case(
                    "gate " + activation,
                    2e-6,
                    (b, random, rows, columns) -> gate(b, random, rows, columns, activation)));
        }
        for (Rotation.Pairing pairing : Rotation.Pairing.values()) {
            cases.add(new Case(
                    "rotate " + pairing,
                    1e-6,
                    (b, random, rows, columns) -> rotate(b, random, rows, columns, pairing)));
        }
        cases.add(attention("attention", 2, 2, 0, Integer.MAX_VALUE, false));
        cases.add(attention("attention with shared keys", 4, 2, 0, Integer.MAX_VALUE, false));
        cases.add(attention("attention in a window", 2, 1, 0, 3, false));
        cases.add(attention("attention in a wide window", 2, 1, 0, 20, true));
        cases.add(attention("attention with cap", 3, 3, 2, Integer.MAX_VALUE, false));
        cases.add(attention("attention with position bias", 2, 2, 0, Integer.MAX_VALUE, true));
        cases.add(new Case("logitFold", 1e-5, (b, random, rows, columns) -> fold(b, random, rows, columns, 1, 0)));
        cases.add(new Case(
                "logitFold with factor and cap",
                1e-5,
                (b, random, rows, columns) -> fold(b, random, rows, columns, 0.25f, 3)));
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

    private static float[] onRows(Backend b, Random random, int rows, int columns, InPlace operation) {
        Matrix x = random(b, random, rows, columns);
        b.forEachBlock(rows, (lane, first, count) -> operation.apply(x.rows(first, count)));
        return values(b, x);
    }

    private static float[] gather(Backend b, Random random, int rows, int columns) {
        Matrix source = random(b, random, 5, columns);
        Matrix target = random(b, random, rows, columns);
        int[] indices = random.ints(rows, 0, 5).toArray();
        b.forEachBlock(rows, (lane, first, count) -> b.gather(source, indices, first, target.rows(first, count)));
        return values(b, target);
    }

    private static float[] gatherAdd(Backend b, Random random, int rows, int columns) {
        Matrix source = random(b, random, 5, columns);
        Matrix target = random(b, random, rows, columns);
        int[] indices = random.ints(rows, 0, 5).toArray();
        b.forEachBlock(rows, (lane, first, count) -> b.gatherAdd(source, indices, first, target.rows(first, count)));
        return values(b, target);
    }

    private static float[] scatterAdd(Backend b, Random random, int rows, int columns) {
        Matrix source = random(b, random, rows, columns);
        Matrix target = random(b, random, 5, columns);
        int[] indices = random.ints(rows, 0, 5).toArray();
        float[] weights = vector(random, rows);
        b.scatterAdd(source, indices, weights, 0, target);
        return values(b, target);
    }

    private static float[] add(Backend b, Random random, int rows, int columns) {
        Matrix x = random(b, random, rows, columns);
        Matrix y = random(b, random, rows, columns + 3).columns(3, columns);
        b.forEachBlock(rows, (lane, first, count) -> b.add(x.rows(first, count), 0.7f, y.rows(first, count)));
        return values(b, y);
    }

    private static float[] gateRows(Backend b, Random random, int rows, int columns) {
        Matrix gate = random(b, random, rows, 1);
        Matrix x = random(b, random, rows, columns);
        b.forEachBlock(rows, (lane, first, count) -> b.gateRows(gate.rows(first, count), x.rows(first, count)));
        return values(b, x);
    }

    private static float[] route(Backend b, Random random, int rows, int columns, boolean renormalise) {
        int topK = Math.min(3, columns);
        Matrix logits = random(b, random, rows, columns);
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
    private static float[] norm(
            Backend b, Random random, int rows, int columns, Norm.Kind kind, int vectors, int groups) {
        int width = columns * Math.abs(groups);
        int parameters = groups < 0 ? width : columns;
        Norm norm = new Norm(
                kind,
                columns,
                vectors > 0 ? vector(random, parameters) : null,
                vectors > 1 ? vector(random, parameters) : null,
                1e-5f);
        Matrix x = random(b, random, rows, width);
        Matrix y = random(b, random, rows, width);
        try (NormWeights weights = b.normWeights(norm)) {
            b.forEachBlock(rows, (lane, first, count) -> b.norm(x.rows(first, count), weights, y.rows(first, count)));
        }
        return values(b, y);
    }

    private static float[] linear(Backend b, Random random, int rows, int columns, boolean bias, Epilogue epilogue) {
        int outputs = 37;
        Matrix x = random(b, random, rows, columns);
        Matrix y = random(b, random, rows, outputs);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment weight = arena.allocate(4L * outputs * columns, 64);
            for (int i = 0; i < outputs * columns; i++) {
                weight.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (random.nextGaussian() / Math.sqrt(columns)));
            }
            try (Linear layer = b.linear(
                    new Weight(weight, ComputeType.FLOAT32, outputs, columns), bias ? vector(random, outputs) : null)) {
                b.forEachBlock(
                        rows,
                        (lane, first, count) -> b.linear(x.rows(first, count), layer, epilogue, y.rows(first, count)));
            }
        }
        return values(b, y);
    }

    private static float[] gate(Backend b, Random random, int rows, int columns, Activation activation) {
        Matrix x = random(b, random, rows, 2 * columns);
        Matrix y = random(b, random, rows, columns);
        b.forEachBlock(rows, (lane, first, count) -> b.gate(x.rows(first, count), activation, y.rows(first, count)));
        return values(b, y);
    }

    private static float[] rotate(Backend b, Random random, int rows, int columns, Rotation.Pairing pairing) {
        TokenTrie trie = trie(random, rows);
        int headDim = HEAD_DIM_STEP * Math.ceilDiv(columns, HEAD_DIM_STEP);
        int dims = Math.max(HEAD_DIM_STEP, headDim / 2 / HEAD_DIM_STEP * HEAD_DIM_STEP);
        Rotation rotation = new Rotation(
                dims, pairing, new float[][] {vector(random, dims / 2), vector(random, dims / 2)}, new float[] {1, 1.19f
                });
        Matrix x = random(b, random, trie.rows(), 3 * headDim);
        try (RotaryTable table = b.rotaryTable(rotation, trie.longestSequence());
                Rows planned = b.rows(trie)) {
            b.forEachBlock(
                    trie.rows(),
                    (lane, first, count) -> b.rotate(x.rows(first, count), headDim, table, planned, first));
        }
        return values(b, x);
    }

    private static Case attention(
            String name, int heads, int keyHeads, float softcap, int window, boolean positionBias) {
        return new Case(name, 2e-5, (b, random, rows, columns) -> {
            int headDim = Math.min(columns, 130);
            TokenTrie trie = trie(random, rows);
            Matrix q = random(b, random, trie.rows(), heads * headDim);
            Matrix keyValue = random(b, random, trie.rows(), 2 * keyHeads * headDim);
            Matrix y = random(b, random, trie.rows(), heads * headDim);
            Matrix bias = positionBias ? random(b, random, heads, trie.longestSequence()) : null;
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
            return values(b, y);
        });
    }

    /// Log-probabilities, then whether the target was the most probable token.
    private static float[] fold(Backend b, Random random, int rows, int columns, float factor, float softcap) {
        List<Sequence> sequences = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            sequences.add(new Sequence(new int[] {i / 2}, new int[] {random.nextInt(2 * columns)}, 0));
        }
        ScoringPlan plan = ScoringPlan.of(sequences);
        double[] logprobs = new double[rows];
        boolean[] greedy = new boolean[rows];
        Matrix low = random(b, random, plan.headRowCount(), columns);
        Matrix high = random(b, random, plan.headRowCount(), columns);
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

    private static Matrix random(Backend b, Random random, int rows, int columns) {
        Matrix matrix = b.matrix(rows, columns);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(4L * Math.max(1, rows * columns), 4);
            for (int i = 0; i < rows * columns; i++) {
                values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
            }
            b.write(values, matrix);
        }
        return matrix;
    }

    private static float[] vector(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] values(Backend b, Matrix matrix) {
        float[] values = new float[matrix.rows() * matrix.columns()];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(4L * Math.max(1, values.length), 4);
            b.read(matrix, copy);
            MemorySegment.copy(copy, ValueLayout.JAVA_FLOAT, 0, values, 0, values.length);
        }
        return values;
    }
}
