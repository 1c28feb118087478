package io.logprobe.engine.backend.conformance;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.conformance.BackendOperations.Case;
import java.util.List;
import java.util.Optional;

/// Compares two backends operation by operation, at sizes beside and across those of vectors, warps and blocks.
public final class Conformance {

    /// Greatest `rows · columns` that is tried.
    private static final int MAX_ELEMENTS = 33_000;

    private static final List<Integer> ROWS = List.of(0, 1, 7, 33, 300);
    private static final List<Integer> COLUMNS = List.of(1, 7, 8, 31, 33, 64, 1000);

    /// Of the matrices that an operation is tried on.
    public record Size(int rows, int columns) {}

    /// The first element on which two backends disagree.
    ///
    /// @param element −1 where they do not even give equally many
    public record Disagreement(String operation, Size size, int element, float expected, float actual) {
        @Override
        public String toString() {
            return "%s, %d x %d, element %d: expected %s, got %s"
                    .formatted(operation, size.rows(), size.columns(), element, expected, actual);
        }
    }

    private Conformance() {}

    public static List<Size> sizes() {
        return ROWS.stream()
                .flatMap(rows -> COLUMNS.stream().map(columns -> new Size(rows, columns)))
                .filter(size -> size.rows() * size.columns() <= MAX_ELEMENTS)
                .toList();
    }

    /// Runs an operation on both.
    public static Optional<Disagreement> compare(Case operation, Size size, Backend expected, Backend actual) {
        return compare(
                operation,
                size,
                operation.run(expected, size.rows(), size.columns()),
                operation.run(actual, size.rows(), size.columns()));
    }

    private static Optional<Disagreement> compare(Case operation, Size size, float[] expected, float[] actual) {
        if (expected.length != actual.length) {
            return Optional.of(new Disagreement(operation.name(), size, -1, expected.length, actual.length));
        }
        for (int i = 0; i < expected.length; i++) {
            double allowed = operation.tolerance() * (1 + Math.abs(expected[i]));
            if (!(Math.abs((double) actual[i] - expected[i]) <= allowed)) {
                return Optional.of(new Disagreement(operation.name(), size, i, expected[i], actual[i]));
            }
        }
        return Optional.empty();
    }
}
