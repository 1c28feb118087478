package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.plan.TokenTrie;
import java.util.Arrays;

/// A token trie as the kernels walk it.
///
/// A **tile** is up to [#ROWS] consecutive rows of one segment within one block; a **range** is a run of rows on a
/// segment's path, ascending in position, the segment's own rows last.
///
/// @param position `[rows]`
/// @param group `[rows]`
/// @param tileRow `[tiles]`: first row
/// @param tileRows `[tiles]`: number of rows
/// @param tileSegment `[tiles]`
/// @param firstTile `[blocks + 1]`: first tile of each block of rows
/// @param firstRange `[segments + 1]`
/// @param rangeRow `[ranges]`: first row
/// @param rangePosition `[ranges]`: position of that row
@SuppressWarnings("ArrayRecordComponent")
record TrieTiles(
        int[] position,
        int[] group,
        int[] tileRow,
        int[] tileRows,
        int[] tileSegment,
        int[] firstTile,
        int[] firstRange,
        int[] rangeRow,
        int[] rangePosition) {

    /// Greatest number of rows in a tile of `attention.cu`.
    static final int ROWS = 32;

    static TrieTiles of(TokenTrie trie, int blockRows) {
        int rows = trie.rows();
        int[] position = new int[rows];
        int[] group = new int[rows];
        Arrays.setAll(position, trie::position);
        Arrays.setAll(group, trie::group);

        int[] tileRow = new int[16];
        int[] tileRows = new int[16];
        int[] tileSegment = new int[16];
        int[] firstTile = new int[Math.ceilDiv(rows, blockRows) + 1];
        int tiles = 0;
        for (int row = 0; row < rows; tiles++) {
            if (row % blockRows == 0) {
                firstTile[row / blockRows] = tiles;
            }
            int segment = trie.segment(row);
            int endOfBlock = (row / blockRows + 1) * blockRows;
            int end = Math.min(Math.min(row + ROWS, trie.endRow(segment)), endOfBlock);
            tileRow = set(tileRow, tiles, row);
            tileRows = set(tileRows, tiles, end - row);
            tileSegment = set(tileSegment, tiles, segment);
            row = end;
        }
        firstTile[firstTile.length - 1] = tiles;
        Ranges ranges = Ranges.of(trie);
        return new TrieTiles(
                position,
                group,
                Arrays.copyOf(tileRow, tiles),
                Arrays.copyOf(tileRows, tiles),
                Arrays.copyOf(tileSegment, tiles),
                firstTile,
                ranges.first(),
                ranges.row(),
                ranges.position());
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Ranges(int[] first, int[] row, int[] position) {

        static Ranges of(TokenTrie trie) {
            int[] first = new int[trie.segments() + 1];
            int[] row = new int[16];
            int[] position = new int[16];
            int[] starts = new int[trie.longestChain()];
            int[] ends = new int[trie.longestChain()];
            int next = 0;
            for (int segment = 0; segment < trie.segments(); segment++) {
                first[segment] = next;
                int ancestors = trie.keyRanges(segment, starts, ends);
                int at = 0;
                for (int i = 0; i < ancestors; i++) {
                    row = set(row, next, starts[i]);
                    position = set(position, next++, at);
                    at += ends[i] - starts[i];
                }
                row = set(row, next, trie.firstRow(segment));
                position = set(position, next++, at);
            }
            first[trie.segments()] = next;
            return new Ranges(first, Arrays.copyOf(row, next), Arrays.copyOf(position, next));
        }
    }

    /// Sets an element of an array that grows.
    private static int[] set(int[] values, int index, int value) {
        int[] grown = index < values.length ? values : Arrays.copyOf(values, Math.multiplyExact(2, values.length));
        grown[index] = value;
        return grown;
    }
}
