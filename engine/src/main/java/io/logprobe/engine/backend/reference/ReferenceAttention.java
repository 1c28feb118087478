package io.logprobe.engine.backend.reference;

import static io.logprobe.engine.backend.reference.HeapMatrix.heap;

import io.logprobe.engine.backend.Attention;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.plan.TokenTrie;

/// Softmax attention in double precision, one row and head after the other.
final class ReferenceAttention {

    private ReferenceAttention() {}

    /// Attention of rows `first …` of the trie, as [io.logprobe.engine.backend.Backend#attention].
    static void run(Attention attention, Matrix q, Matrix k, Matrix v, TokenTrie trie, int first, Matrix y) {
        for (int i = 0; i < q.rows(); i++) {
            int[] path = path(trie, first + i);
            int from = (int) Math.max(0, path.length - (long) attention.window());
            for (int head = 0; head < attention.heads(); head++) {
                double[] weights = new double[path.length];
                for (int j = from; j < path.length; j++) {
                    weights[j] = score(attention, heap(q), heap(k), i, path[j], head, path.length - 1, j);
                }
                softmax(weights, from);
                int d = attention.headDim();
                int keyHead = head / (attention.heads() / attention.keyHeads());
                for (int c = 0; c < d; c++) {
                    double sum = 0;
                    for (int j = from; j < path.length; j++) {
                        sum += weights[j] * heap(v).get(path[j], keyHead * d + c);
                    }
                    heap(y).set(i, head * d + c, sum);
                }
            }
        }
    }

    private static double score(
            Attention attention,
            HeapMatrix q,
            HeapMatrix k,
            int row,
            int key,
            int head,
            int position,
            int keyPosition) {
        int d = attention.headDim();
        int keyHead = head / (attention.heads() / attention.keyHeads());
        double product = 0;
        for (int c = 0; c < d; c++) {
            product += (double) q.get(row, head * d + c) * k.get(key, keyHead * d + c);
        }
        double score = capped(attention.scale() * product, attention.softcap());
        if (attention.positionBias() == null) {
            return score;
        }
        HeapMatrix bias = heap(attention.positionBias());
        return score + bias.get(head, keyPosition) - bias.get(head, position);
    }

    static double capped(double value, double cap) {
        return cap == 0 ? value : cap * Math.tanh(value / cap);
    }

    static void softmax(double[] values, int from) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = from; j < values.length; j++) {
            max = Math.max(max, values[j]);
        }
        double sum = 0;
        for (int j = from; j < values.length; j++) {
            values[j] = Math.exp(values[j] - max);
            sum += values[j];
        }
        for (int j = from; j < values.length; j++) {
            values[j] /= sum;
        }
    }

    /// The row and its ancestors, by position.
    private static int[] path(TokenTrie trie, int row) {
        int[] path = new int[trie.position(row) + 1];
        int[] starts = new int[trie.longestChain()];
        int[] ends = new int[trie.longestChain()];
        int segment = trie.segment(row);
        int ranges = trie.keyRanges(segment, starts, ends);
        int position = 0;
        for (int range = 0; range < ranges; range++) {
            for (int key = starts[range]; key < ends[range]; key++) {
                path[position++] = key;
            }
        }
        for (int key = trie.firstRow(segment); key <= row; key++) {
            path[position++] = key;
        }
        return path;
    }
}
