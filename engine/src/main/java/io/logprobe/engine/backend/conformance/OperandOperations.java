package io.logprobe.engine.backend.conformance;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Norm;
import io.logprobe.engine.backend.NormWeights;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.backend.conformance.BackendOperations.Case;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// What products make of matrices of operands, which nothing but a product can show.
final class OperandOperations {

    private static final int OUTPUTS = 5;

    /// Operands are rounded to bfloat16 from values that differ in their last bits.
    private static final double TOLERANCE = 1e-2;

    /// Writes operands `[rows, columns]` from random values `[rows, 2 · columns]`.
    @FunctionalInterface
    private interface Writer {
        void write(Backend backend, Matrix values, Matrix operands);
    }

    private OperandOperations() {}

    static List<Case> all() {
        return List.of(
                new Case(
                        "linear of a norm",
                        TOLERANCE,
                        (bench, rows, columns) -> linear(bench, rows, columns, 0, norm())),
                new Case(
                        "linear of a norm in wider rows",
                        TOLERANCE,
                        (bench, rows, columns) -> linear(bench, rows, columns, 70, norm())),
                new Case(
                        "linear of a gate",
                        TOLERANCE,
                        (bench, rows, columns) -> linear(bench, rows, columns, 0, gate())),
                activated(Activation.RELU),
                activated(Activation.GELU_TANH));
    }

    private static Case activated(Activation activation) {
        return new Case("linear of " + activation, TOLERANCE, (bench, rows, columns) -> {
            try (Linear up = layer(bench, columns, columns)) {
                return linear(
                        bench,
                        rows,
                        columns,
                        0,
                        (backend, values, operands) -> backend.linear(
                                values.columns(0, columns), up, new Epilogue.Activate(activation), operands));
            }
        });
    }

    private static Writer norm() {
        return (backend, values, operands) -> {
            Norm norm = new Norm(Norm.Kind.RMS, operands.columns(), null, null, 1e-5f);
            try (NormWeights weights = backend.normWeights(norm)) {
                backend.norm(values.columns(operands.columns(), operands.columns()), weights, operands);
            }
        };
    }

    private static Writer gate() {
        return (backend, values, operands) -> backend.gate(values, Activation.SILU, operands);
    }

    /// @param beside columns that the matrix of operands has beyond those that are used
    private static float[] linear(Workbench bench, int rows, int columns, int beside, Writer writer) {
        Backend b = bench.backend();
        Matrix values = bench.matrix(rows, 2 * columns);
        Matrix y = bench.matrix(rows, OUTPUTS);
        try (Matrix whole = b.operands(rows, columns + beside);
                Linear layer = layer(bench, OUTPUTS, columns)) {
            Matrix operands = whole.columns(0, columns);
            b.forEachBlock(rows, (lane, first, count) -> {
                Matrix ofBlock = operands.rows(first, count);
                writer.write(b, values.rows(first, count), ofBlock);
                b.linear(ofBlock, layer, Epilogue.STORE, y.rows(first, count));
            });
        }
        return bench.values(y);
    }

    private static Linear layer(Workbench bench, int outputs, int columns) {
        try (Arena arena = Arena.ofConfined()) {
            float[] values = bench.vector(outputs * columns);
            for (int i = 0; i < values.length; i++) {
                values[i] /= (float) Math.sqrt(columns);
            }
            MemorySegment weight = arena.allocate(4L * values.length, 64);
            MemorySegment.copy(values, 0, weight, ValueLayout.JAVA_FLOAT, 0, values.length);
            return bench.backend().linear(new Weight(weight, ComputeType.FLOAT32, outputs, columns), null);
        }
    }
}
