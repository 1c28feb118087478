package io.logprobe.engine.backend.cpu;

import static io.logprobe.engine.backend.cpu.Vectors.BYTES;
import static io.logprobe.engine.backend.cpu.Vectors.LANES;
import static io.logprobe.engine.backend.cpu.Vectors.SPECIES;

import io.logprobe.engine.backend.Attention;
import io.logprobe.engine.plan.TokenTrie;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Attention of one block of rows, key head by key head.
///
/// The rows of a segment see one path of keys. For each such run the keys of the path are laid out by dimension,
/// `[headDim, positions]`, so that a vector holds the scores of consecutive positions; a run that shares its path's
/// beginning with the run before finds that part done. Values are read in place.
///
/// A row's sums are taken in the order of dimensions and of absolute positions, whatever is computed beside it.
final class AttentionKernel {

    private final Attention attention;
    private final NativeMatrix q;
    private final NativeMatrix k;
    private final NativeMatrix v;
    private final NativeMatrix y;
    private final TokenTrie trie;
    private final int first;
    private final int headDim;
    private final int keyStride; // positions, padded to whole vectors
    private final MemorySegment keys; // [headDim, keyStride]
    private final MemorySegment scores; // [keyStride]
    private final int[] path; // row of each position
    private final int[] starts;
    private final int[] ends;

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
        this.keyStride = Math.ceilDiv(trie.longestSequence(), LANES) * LANES;
        this.keys = memory.keys((long) headDim * keyStride * Float.BYTES);
        this.scores = memory.scores((long) keyStride * Float.BYTES);
        this.path = memory.path(trie.longestSequence());
        this.starts = memory.starts(trie.longestChain());
        this.ends = memory.ends(trie.longestChain());
    }

    void run() {
        int group = attention.heads() / attention.keyHeads();
        for (int keyHead = 0; keyHead < attention.keyHeads(); keyHead++) {
            Arrays.fill(path, -1);
            for (int row = 0; row < q.rows(); ) {
                int segment = trie.segment(first + row);
                int end = Math.min(q.rows(), trie.endRow(segment) - first);
                layOutKeys(keyHead, segment, first + end - 1);
                for (int head = keyHead * group; head < (keyHead + 1) * group; head++) {
                    for (int i = row; i < end; i++) {
                        attend(i, head, keyHead);
                    }
                }
                row = end;
            }
        }
    }

    /// Brings `path` and `keys` up to the path that ends with a row.
    private void layOutKeys(int keyHead, int segment, int lastRow) {
        int ranges = trie.keyRanges(segment, starts, ends);
        starts[ranges] = trie.firstRow(segment);
        ends[ranges] = lastRow + 1;
        int position = 0;
        for (int range = 0; range <= ranges; range++) {
            for (int row = starts[range]; row < ends[range]; row++, position++) {
                if (path[position] != row) {
                    path[position] = row;
                    layOutKey(keyHead, row, position);
                }
            }
        }
    }

    private void layOutKey(int keyHead, int row, int position) {
        long source = k.row(row) + (long) keyHead * headDim * Float.BYTES;
        long target = (long) position * Float.BYTES;
        long step = (long) keyStride * Float.BYTES;
        for (int c = 0; c < headDim; c++, source += Float.BYTES, target += step) {
            keys.set(ValueLayout.JAVA_FLOAT, target, k.data().get(ValueLayout.JAVA_FLOAT, source));
        }
    }

    private void attend(int i, int head, int keyHead) {
        int position = trie.position(first + i);
        int from = (int) Math.max(0, position + 1L - attention.window());
        long query = q.row(i) + (long) head * headDim * Float.BYTES;
        int start = from / LANES * LANES;
        for (int j = start; j <= position; j += 4 * LANES) {
            scoreFour(query, j);
        }
        float max = finishScores(start, from, position, head);
        float sum = exponentiate(start, position, max);
        weighValues(from, position, 1 / sum, keyHead, y.row(i) + (long) head * headDim * Float.BYTES);
    }

    /// Products of a query with the keys of four vectors of positions, as far as there are any.
    private void scoreFour(long query, int position) {
        FloatVector a = FloatVector.zero(SPECIES);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        long offset = (long) position * Float.BYTES;
        long step = (long) keyStride * Float.BYTES;
        int vectors = Math.min(4, (keyStride - position) / LANES);
        if (vectors == 4) {
            for (int dim = 0; dim < headDim; dim++, offset += step) {
                FloatVector component = component(query, dim);
                a = component.fma(Vectors.load(keys, offset), a);
                b = component.fma(Vectors.load(keys, offset + BYTES), b);
                c = component.fma(Vectors.load(keys, offset + 2L * BYTES), c);
                d = component.fma(Vectors.load(keys, offset + 3L * BYTES), d);
            }
            Vectors.store(b, scores, (position + LANES) * (long) Float.BYTES);
            Vectors.store(c, scores, (position + 2 * LANES) * (long) Float.BYTES);
            Vectors.store(d, scores, (position + 3 * LANES) * (long) Float.BYTES);
            Vectors.store(a, scores, (long) position * Float.BYTES);
            return;
        }
        for (int vector = 0; vector < vectors; vector++) {
            offset = (position + vector * LANES) * (long) Float.BYTES;
            a = FloatVector.zero(SPECIES);
            for (int dim = 0; dim < headDim; dim++, offset += step) {
                a = component(query, dim).fma(Vectors.load(keys, offset), a);
            }
            Vectors.store(a, scores, (position + vector * LANES) * (long) Float.BYTES);
        }
    }

    private FloatVector component(long query, int dim) {
        return FloatVector.broadcast(SPECIES, q.data().get(ValueLayout.JAVA_FLOAT, query + (long) dim * Float.BYTES));
    }

    /// From products to scores, −∞ where nothing is visible.
    ///
    /// @return the greatest score
    private float finishScores(int start, int from, int position, int head) {
        FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        NativeMatrix bias =
                attention.positionBias() == null ? null : NativeMatrix.nativeMatrix(attention.positionBias());
        float own = bias == null
                ? 0
                : bias.data().get(ValueLayout.JAVA_FLOAT, bias.row(head) + (long) position * Float.BYTES);
        for (int j = start; j <= position; j += LANES) {
            long offset = (long) j * Float.BYTES;
            FloatVector score = Vectors.load(scores, offset).mul(attention.scale());
            if (attention.softcap() > 0) {
                score = Vectors.tanh(score.mul(1 / attention.softcap())).mul(attention.softcap());
            }
            VectorMask<Float> visible = Vectors.first(position + 1 - j);
            if (bias != null) {
                score = score.add(Vectors.load(bias.data(), bias.row(head) + offset, visible)
                        .sub(own));
            }
            if (j < from) {
                visible = visible.andNot(Vectors.first(from - j));
            }
            score = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY).blend(score, visible);
            Vectors.store(score, scores, offset);
            max = max.max(score);
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    private float exponentiate(int start, int position, float max) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int j = start; j <= position; j += LANES) {
            long offset = (long) j * Float.BYTES;
            FloatVector weight = Vectors.exp(Vectors.load(scores, offset).sub(max));
            Vectors.store(weight, scores, offset);
            sum = sum.add(weight);
        }
        return Vectors.sum(sum);
    }

    private void weighValues(int from, int position, float factor, int keyHead, long target) {
        long column = (long) keyHead * headDim * Float.BYTES;
        int dim = 0;
        for (; dim + 4 * LANES <= headDim; dim += 4 * LANES) {
            FloatVector a = FloatVector.zero(SPECIES);
            FloatVector b = a;
            FloatVector c = a;
            FloatVector d = a;
            for (int j = from; j <= position; j++) {
                FloatVector weight = weight(j);
                long offset = v.row(path[j]) + column + (long) dim * Float.BYTES;
                a = weight.fma(Vectors.load(v.data(), offset), a);
                b = weight.fma(Vectors.load(v.data(), offset + BYTES), b);
                c = weight.fma(Vectors.load(v.data(), offset + 2L * BYTES), c);
                d = weight.fma(Vectors.load(v.data(), offset + 3L * BYTES), d);
            }
            long offset = target + (long) dim * Float.BYTES;
            Vectors.store(a.mul(factor), y.data(), offset);
            Vectors.store(b.mul(factor), y.data(), offset + BYTES);
            Vectors.store(c.mul(factor), y.data(), offset + 2L * BYTES);
            Vectors.store(d.mul(factor), y.data(), offset + 3L * BYTES);
        }
        for (; dim < headDim; dim += LANES) {
            VectorMask<Float> lanes = Vectors.first(headDim - dim);
            FloatVector a = FloatVector.zero(SPECIES);
            for (int j = from; j <= position; j++) {
                long offset = v.row(path[j]) + column + (long) dim * Float.BYTES;
                a = weight(j).fma(Vectors.load(v.data(), offset, lanes), a);
            }
            Vectors.store(a.mul(factor), y.data(), target + (long) dim * Float.BYTES, lanes);
        }
    }

    private FloatVector weight(int position) {
        return FloatVector.broadcast(SPECIES, scores.get(ValueLayout.JAVA_FLOAT, (long) position * Float.BYTES));
    }
}
