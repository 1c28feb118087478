package io.logprobe.engine.plan;

/// The distinct prefixes of a set of token sequences. A **row** is one prefix: it is computed once, whoever shares it.
///
/// Rows are numbered in depth-first order, so that a row's ancestors precede it, and come in **segments**: runs of
/// consecutive rows, each the child of the one before. A segment hangs on a row of its parent segment:
///
/// ```
/// row       0    1    2    3    4        segment 0 = rows 0-2, at position 0
/// token     The  cat  sat                segment 1 = rows 3-4, at position 1, child of segment 0
///            └── dog  ran                row 4 sees the keys of rows 0, 3, 4
/// ```
public final class TokenTrie {

    private final int[] tokens; // [rows]
    private final int[] segmentOf; // [rows]
    private final int[] firstRow; // [segments]
    private final int[] firstPosition; // [segments]
    private final int[] parent; // [segments], -1 for a root
    private final int[] group; // [segments]
    private final int longestChain;
    private final int longestSequence;

    TokenTrie(int[] tokens, int[] segmentOf, int[] firstRow, int[] firstPosition, int[] parent, int[] group) {
        this.tokens = tokens;
        this.segmentOf = segmentOf;
        this.firstRow = firstRow;
        this.firstPosition = firstPosition;
        this.parent = parent;
        this.group = group;
        int chain = 0;
        int[] depth = new int[parent.length];
        for (int segment = 0; segment < parent.length; segment++) {
            depth[segment] = parent[segment] < 0 ? 1 : depth[parent[segment]] + 1;
            chain = Math.max(chain, depth[segment]);
        }
        this.longestChain = chain;
        int longest = 0;
        for (int row = 0; row < tokens.length; row++) {
            longest = Math.max(longest, position(row) + 1);
        }
        this.longestSequence = longest;
    }

    public int rows() {
        return tokens.length;
    }

    public int token(int row) {
        return tokens[row];
    }

    /// Number of tokens before this one in every sequence it belongs to.
    public int position(int row) {
        int segment = segmentOf[row];
        return firstPosition[segment] + row - firstRow[segment];
    }

    public int group(int row) {
        return group[segmentOf[row]];
    }

    public int segments() {
        return firstRow.length;
    }

    public int segment(int row) {
        return segmentOf[row];
    }

    public int firstRow(int segment) {
        return firstRow[segment];
    }

    /// The row after a segment's last one.
    public int endRow(int segment) {
        return segment + 1 < firstRow.length ? firstRow[segment + 1] : tokens.length;
    }

    public int firstPosition(int segment) {
        return firstPosition[segment];
    }

    /// Bound on what [#keyRanges] returns.
    public int longestChain() {
        return longestChain;
    }

    public int longestSequence() {
        return longestSequence;
    }

    /// The rows whose keys a segment's rows see before their own segment, as ranges in ascending position.
    ///
    /// @param starts receives the first row of each range
    /// @param ends receives the row after the last one of each range
    /// @return number of ranges; together they hold `firstPosition(segment)` rows
    public int keyRanges(int segment, int[] starts, int[] ends) {
        int count = 0;
        int cut = firstPosition[segment];
        for (int ancestor = parent[segment]; cut > 0; ancestor = parent[ancestor]) {
            if (firstPosition[ancestor] < cut) {
                starts[count] = firstRow[ancestor];
                ends[count] = firstRow[ancestor] + cut - firstPosition[ancestor];
                cut = firstPosition[ancestor];
                count++;
            }
        }
        for (int low = 0, high = count - 1; low < high; low++, high--) {
            swap(starts, low, high);
            swap(ends, low, high);
        }
        return count;
    }

    private static void swap(int[] values, int i, int j) {
        int value = values[i];
        values[i] = values[j];
        values[j] = value;
    }
}
