package io.logprobe.engine.checkpoint;

import java.util.List;

/// In which order a tensor's elements lie in its file, and whether they are there as they are.
sealed interface Layout {

    /// Row by row, without gaps.
    record RowMajor() implements Layout {}

    /// Element `i, j, …` is `i * strides[0] + j * strides[1] + …` elements after the first.
    record Strided(List<Long> strides) implements Layout {}

    /// Rows in groups of one head each, in which row `2i` is the tensor's row `i` of the head and row `2i + 1` its row
    /// `headRows / 2 + i`.
    record InterleavedHeads(long headRows) implements Layout {

        /// Where in the file the tensor's row is.
        long storedRow(long row) {
            long inHead = row % headRows;
            long half = headRows / 2;
            return row - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
        }
    }

    /// A matrix whose columns lie one after the other.
    record Transposed() implements Layout {}

    /// All queries, then all keys, then all values; the tensor has for each key head its queries, its key and its
    /// value.
    ///
    /// @param groups number of key heads
    /// @param queryRows rows of the queries that share a key head
    /// @param headRows rows of a key head
    record GroupedHeads(long groups, long queryRows, long headRows) implements Layout {

        private long inGroup(long row) {
            return row % (queryRows + 2 * headRows);
        }

        /// Where in the file the tensor's row is.
        long storedRow(long row) {
            long group = row / (queryRows + 2 * headRows);
            long inGroup = inGroup(row);
            if (inGroup < queryRows) {
                return group * queryRows + inGroup;
            }
            long inHead = (inGroup - queryRows) % headRows;
            long head = inGroup < queryRows + headRows ? group : groups + group;
            return groups * queryRows + head * headRows + inHead;
        }

        /// Number of rows from this one on that follow each other in the file too.
        long run(long row) {
            long inGroup = inGroup(row);
            return inGroup < queryRows ? queryRows - inGroup : headRows - (inGroup - queryRows) % headRows;
        }
    }

    /// Row by row, with one added to each element.
    record OneAdded() implements Layout {}

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
