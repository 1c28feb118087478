package io.logprobe.engine.backend.cpu;

import static io.logprobe.engine.backend.cpu.Vectors.LANES;
import static io.logprobe.engine.backend.cpu.Vectors.SPECIES;

import io.logprobe.engine.backend.Attention;
import io.logprobe.engine.memory.NativeMemory;
import io.logprobe.engine.plan.TokenTrie;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Attention of one block of rows, key head by key head.
///
/// The rows of a segment see one path of keys. For each such run the keys of the path are laid out by dimension,
/// `[headDim, positions]`, so that a vector holds the scores of consecutive positions; a run that shares its path's
/// beginning with the run before finds that part done. Values are read in place. The queries of a run, which are all
/// query heads of all its rows, go four by four, so that keys and values are loaded once for four of them.
///
/// A query's sums are taken in the order of dimensions and of absolute positions, whatever is computed beside it.
final class AttentionKernel {

    private static final int FOUR = 4;

    private final Attention attention;
    private final NativeMatrix q;
    private final NativeMatrix k;
    private final NativeMatrix v;
    private final NativeMatrix y;
    private final TokenTrie trie;
    private final int first;
    private final int headDim;
    private final int group; // query heads of a key head
    private final long keyStride; // bytes from one dimension to the next
    private final long keys; // [headDim, keyStride]
    private final long scores; // [FOUR, keyStride]
    private final int[] path; // row of each position
    private final int[] starts; // first row of each range of the path
    private final int[] ends; // the row after the last one of each range
    private int ranges;

    // The queries in work.
    private final int[] positions = new int[FOUR];
    private final int[] visibleFrom = new int[FOUR];
    private final float[] factors = new float[FOUR];
    private final long[] queries = new long[FOUR];
    private final long[] outputs = new long[FOUR];

    AttentionKernel(
            Attention attention,
            NativeMatrix q,
            NativeMatrix k,
            NativeMatrix v,
            TokenTrie trie,
            int first,
            NativeMatrix y,
            ThreadMemory memory) {
        this.attention = attention;
        this.q = q;
        this.k = k;
        this.v = v;
        this.y = y;
        this.trie = trie;
        this.first = first;
        this.headDim = attention.headDim();
        this.group = attention.heads() / attention.keyHeads();
        // An odd number of vectors: a power of two would bring all dimensions of a position into one set of the cache.
        this.keyStride = (Math.ceilDiv(trie.longestSequence(), LANES) | 1L) * LANES * Float.BYTES;
        this.keys = memory.keys(headDim * keyStride).address();
        this.scores = memory.scores(FOUR * keyStride).address();
        this.path = memory.path(trie.longestSequence());
        this.starts = memory.starts(trie.longestChain());
        this.ends = memory.ends(trie.longestChain());
    }

    void run() {
        for (int keyHead = 0; keyHead < attention.keyHeads(); keyHead++) {
            Arrays.fill(path, -1);
            for (int row = 0; row < q.rows(); ) {
                int segment = trie.segment(first + row);
                int end = Math.min(q.rows(), trie.endRow(segment) - first);
                layOutKeys(keyHead, segment, first + end - 1);
                int count = (end - row) * group;
                for (int query = 0; query < count; query += FOUR) {
                    attend(keyHead, row, query, Math.min(FOUR, count - query));
                }
                row = end;
            }
        }
    }

    /// Brings `path` and `keys` up to the path that ends with a row.
    private void layOutKeys(int keyHead, int segment, int lastRow) {
        ranges = trie.keyRanges(segment, starts, ends);
        starts[ranges] = trie.firstRow(segment);
        ends[ranges] = lastRow + 1;
        ranges++;
        int position = 0;
        for (int range = 0; range < ranges; range++) {
            for (int row = starts[range]; row < ends[range]; row++, position++) {
                if (path[position] != row) {
                    path[position] = row;
                    layOutKey(k.address(row) + headOffset(keyHead), position);
                }
            }
        }
    }

    private void layOutKey(long key, int position) {
        long target = keys + (long) position * Float.BYTES;
        for (int c = 0; c < headDim; c++, target += keyStride) {
            NativeMemory.setFloat(target, NativeMemory.getFloat(key + (long) c * Float.BYTES));
        }
    }

    private long headOffset(int head) {
        return (long) head * headDim * Float.BYTES;
    }

    private long scoresOf(int slot) {
        return scores + slot * keyStride;
    }

    /// @param row the run's first row
    /// @param query the first query of the run, head by head within a row
    private void attend(int keyHead, int row, int query, int count) {
        int lowest = Integer.MAX_VALUE;
        int highest = 0;
        for (int slot = 0; slot < count; slot++) {
            int i = row + (query + slot) / group;
            int head = keyHead * group + (query + slot) % group;
            positions[slot] = trie.position(first + i);
            visibleFrom[slot] = (int) Math.max(0, positions[slot] + 1L - attention.window());
            queries[slot] = q.address(i) + headOffset(head);
            outputs[slot] = y.address(i) + headOffset(head);
            lowest = Math.min(lowest, visibleFrom[slot]);
            highest = Math.max(highest, positions[slot]);
        }
        int start = lowest / LANES * LANES;
        int end = Math.ceilDiv(highest + 1, LANES) * LANES;
        score(start, end, count);
        for (int slot = 0; slot < count; slot++) {
            int head = keyHead * group + (query + slot) % group;
            float max = finishScores(scoresOf(slot), start, visibleFrom[slot], positions[slot], head);
            factors[slot] = 1 / exponentiate(scoresOf(slot), start, positions[slot], max);
        }
        weighValues(headOffset(keyHead), count);
    }

    /// Products of the queries with the keys of all positions from `start` on.
    private void score(int start, int end, int count) {
        long offset = (long) start * Float.BYTES;
        int columns = end - start;
        for (int slot = 0; slot < count; slot++) {
            RowKernels.clear(scoresOf(slot) + offset, columns);
        }
        if (count == FOUR) {
            RowProducts.addFour(
                    queries[0],
                    queries[1],
                    queries[2],
                    queries[3],
                    keys + offset,
                    keyStride,
                    headDim,
                    scoresOf(0) + offset,
                    scoresOf(1) + offset,
                    scoresOf(2) + offset,
                    scoresOf(3) + offset,
                    columns);
        } else {
            for (int slot = 0; slot < count; slot++) {
                RowProducts.addOne(queries[slot], keys + offset, keyStride, headDim, scoresOf(slot) + offset, columns);
            }
        }
    }

    /// From products to scores, −∞ where nothing is visible.
    ///
    /// @return the greatest score
    private float finishScores(long row, int start, int from, int position, int head) {
        FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector hidden = max;
        NativeMatrix bias =
                attention.positionBias() == null ? null : NativeMatrix.nativeMatrix(attention.positionBias());
        long biases = bias == null ? 0 : bias.address(head);
        float own = bias == null ? 0 : NativeMemory.getFloat(biases + (long) position * Float.BYTES);
        for (int j = start; j <= position; j += LANES) {
            long offset = (long) j * Float.BYTES;
            FloatVector score = Vectors.load(row + offset).mul(attention.scale());
            if (attention.softcap() > 0) {
                score = Vectors.tanh(score.mul(1 / attention.softcap())).mul(attention.softcap());
            }
            VectorMask<Float> visible = Vectors.first(position + 1 - j);
            if (bias != null) {
                score = score.add(Vectors.load(biases + offset, visible).sub(own));
            }
            if (j < from) {
                visible = visible.andNot(Vectors.first(from - j));
            }
            score = hidden.blend(score, visible);
            Vectors.store(score, row + offset);
            max = score.max(max);
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    private static float exponentiate(long row, int start, int position, float max) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int j = start; j <= position; j += LANES) {
            long address = row + (long) j * Float.BYTES;
            FloatVector weight = Vectors.exp(Vectors.load(address).sub(max));
            Vectors.store(weight, address);
            sum = weight.add(sum);
        }
        return Vectors.sum(sum);
    }

    /// Values of the positions that all four see are added for all four at once, before and after them for each alone.
    private void weighValues(long column, int count) {
        int commonFrom = Integer.MAX_VALUE;
        int commonEnd = Integer.MAX_VALUE;
        if (count == FOUR) {
            commonFrom = Math.max(Math.max(visibleFrom[0], visibleFrom[1]), Math.max(visibleFrom[2], visibleFrom[3]));
            commonEnd = 1 + Math.min(Math.min(positions[0], positions[1]), Math.min(positions[2], positions[3]));
        }
        for (int slot = 0; slot < count; slot++) {
            RowKernels.clear(outputs[slot], headDim);
            weighAlone(slot, column, visibleFrom[slot], Math.min(commonFrom, positions[slot] + 1));
        }
        if (commonFrom < commonEnd) {
            weighTogether(column, commonFrom, commonEnd);
        }
        for (int slot = 0; slot < count; slot++) {
            int next = Math.max(commonFrom, commonEnd);
            weighAlone(slot, column, next, positions[slot] + 1);
            RowKernels.scale(outputs[slot], factors[slot], headDim);
        }
    }

    /// Range by range, as a range's rows lie one after the other.
    private void weighAlone(int slot, long column, int from, int end) {
        int position = 0;
        for (int range = 0; range < ranges && position < end; range++) {
            int length = ends[range] - starts[range];
            int low = Math.max(from, position);
            int high = Math.min(end, position + length);
            if (low < high) {
                RowProducts.addOne(
                        scoresOf(slot) + (long) low * Float.BYTES,
                        v.address(starts[range] + low - position) + column,
                        v.row(1),
                        high - low,
                        outputs[slot],
                        headDim);
            }
            position += length;
        }
    }

    private void weighTogether(long column, int from, int end) {
        int position = 0;
        for (int range = 0; range < ranges && position < end; range++) {
            int length = ends[range] - starts[range];
            int low = Math.max(from, position);
            int high = Math.min(end, position + length);
            if (low < high) {
                long offset = (long) low * Float.BYTES;
                RowProducts.addFour(
                        scoresOf(0) + offset,
                        scoresOf(1) + offset,
                        scoresOf(2) + offset,
                        scoresOf(3) + offset,
                        v.address(starts[range] + low - position) + column,
                        v.row(1),
                        high - low,
                        outputs[0],
                        outputs[1],
                        outputs[2],
                        outputs[3],
                        headDim);
            }
            position += length;
        }
    }
}
