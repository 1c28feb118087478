package io.logprobe.engine.checkpoint;

import java.util.List;

/// In which order a tensor's elements lie in its file.
sealed interface Layout {

    /// Row by row, without gaps.
    record RowMajor() implements Layout {}

    /// Element `i, j, …` is `i * strides[0] + j * strides[1] + …` elements after the first.
    record Strided(List<Long> strides) implements Layout {}

    static Layout of(List<Long> shape, List<Long> strides) {
        return isRowMajor(shape, strides) ? new RowMajor() : new Strided(List.copyOf(strides));
    }

    /// Strides of dimensions of one element say nothing.
    private static boolean isRowMajor(List<Long> shape, List<Long> strides) {
        if (shape.contains(0L)) {
            return true;
        }
        long expected = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            if (shape.get(i) != 1 && strides.get(i) != expected) {
                return false;
            }
            expected *= shape.get(i);
        }
        return true;
    }
}
