package io.logprobe.engine.plan;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// What must be computed for a set of sequences, and which rows predict what.
///
/// A **prediction** is one (sequence, target) of the job, numbered through the sequences in their order. Predictions of
/// the same row share its logits, so they are also listed by **head row**: the rows that need the language-model head.
public final class ScoringPlan {

    private final TokenTrie trie;
    private final int[] headRows; // [head rows], ascending
    private final int[] firstSlot; // [head rows + 1], into slots
    private final int[] prediction; // [slots]
    private final int[] target; // [slots]
    private final int[] firstPrediction; // [sequences + 1]

    private ScoringPlan(
            TokenTrie trie, int[] headRows, int[] firstSlot, int[] prediction, int[] target, int[] firstPrediction) {
        this.trie = trie;
        this.headRows = headRows;
        this.firstSlot = firstSlot;
        this.prediction = prediction;
        this.target = target;
        this.firstPrediction = firstPrediction;
    }

    /// Plans a set of sequences. Their order does not change any row's computation.
    public static ScoringPlan of(List<Sequence> sequences) {
        int[] firstPrediction = new int[sequences.size() + 1];
        long inputs = 0;
        for (int i = 0; i < sequences.size(); i++) {
            firstPrediction[i + 1] =
                    Math.addExact(firstPrediction[i], sequences.get(i).targets().length);
            inputs += sequences.get(i).input().length;
        }
        Builder builder = new Builder(Math.toIntExact(inputs), firstPrediction[sequences.size()]);
        Integer[] order = new Integer[sequences.size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(
                order,
                Comparator.comparing(sequences::get, ScoringPlan::compare).thenComparing(Integer::compare));
        for (int i : order) {
            builder.add(sequences.get(i), firstPrediction[i]);
        }
        return builder.build(sequences, firstPrediction);
    }

    private static int compare(Sequence a, Sequence b) {
        int byGroup = Integer.compare(a.group(), b.group());
        return byGroup != 0 ? byGroup : Arrays.compare(a.input(), b.input());
    }

    public TokenTrie trie() {
        return trie;
    }

    /// The rows that predict something, ascending.
    public int[] headRows() {
        return headRows.clone();
    }

    public int headRowCount() {
        return headRows.length;
    }

    public int predictions() {
        return prediction.length;
    }

    /// First slot of a head row; its slots end where the next head row's begin.
    public int firstSlot(int headRow) {
        return firstSlot[headRow];
    }

    /// The prediction that a slot answers.
    public int prediction(int slot) {
        return prediction[slot];
    }

    /// The token whose log-probability a slot asks for.
    public int target(int slot) {
        return target[slot];
    }

    /// First prediction of a sequence; they end where the next sequence's begin.
    public int firstPrediction(int sequence) {
        return firstPrediction[sequence];
    }

    /// Takes sequences in lexicographic order: each shares with the trie exactly what it shares with the one before.
    private static final class Builder {

        private final int[] tokens;
        private final int[] segmentOf;
        private int rows;
        private int[] firstRow = new int[64];
        private int[] firstPosition = new int[64];
        private int[] parent = new int[64];
        private int[] group = new int[64];
        private int segments;
        private int[] path = new int[64]; // row at each position of the last sequence
        private final int[] predictionRow;
        private Sequence last;

        Builder(int inputs, int predictions) {
            tokens = new int[inputs];
            segmentOf = new int[inputs];
            predictionRow = new int[predictions];
        }

        void add(Sequence sequence, int firstPrediction) {
            int[] input = sequence.input();
            int shared = shared(sequence);
            path = grown(path, input.length);
            if (shared < input.length) {
                openSegment(shared, sequence.group());
                for (int position = shared; position < input.length; position++) {
                    tokens[rows] = input[position];
                    segmentOf[rows] = segments - 1;
                    path[position] = rows++;
                }
            }
            int offset = input.length - sequence.targets().length;
            for (int i = 0; i < sequence.targets().length; i++) {
                predictionRow[firstPrediction + i] = path[offset + i];
            }
            last = sequence;
        }

        private int shared(Sequence sequence) {
            if (last == null || last.group() != sequence.group()) {
                return 0;
            }
            int mismatch = Arrays.mismatch(last.input(), sequence.input());
            return mismatch < 0 ? sequence.input().length : mismatch;
        }

        private void openSegment(int position, int ofGroup) {
            firstRow = grown(firstRow, segments + 1);
            firstPosition = grown(firstPosition, segments + 1);
            parent = grown(parent, segments + 1);
            group = grown(group, segments + 1);
            firstRow[segments] = rows;
            firstPosition[segments] = position;
            parent[segments] = position == 0 ? -1 : segmentOf[path[position - 1]];
            group[segments] = ofGroup;
            segments++;
        }

        private static int[] grown(int[] values, int length) {
            return length <= values.length ? values : Arrays.copyOf(values, Math.max(length, 2 * values.length));
        }

        ScoringPlan build(List<Sequence> sequences, int[] firstPrediction) {
            TokenTrie trie = new TokenTrie(
                    Arrays.copyOf(tokens, rows),
                    Arrays.copyOf(segmentOf, rows),
                    Arrays.copyOf(firstRow, segments),
                    Arrays.copyOf(firstPosition, segments),
                    Arrays.copyOf(parent, segments),
                    Arrays.copyOf(group, segments));
            int[] slots = new int[rows + 1]; // counting sort of the predictions by row
            for (int row : predictionRow) {
                slots[row + 1]++;
            }
            int[] headRows = new int[predictionRow.length];
            int[] firstSlot = new int[predictionRow.length + 1];
            int heads = 0;
            for (int row = 0; row < rows; row++) {
                if (slots[row + 1] > 0) {
                    headRows[heads] = row;
                    firstSlot[heads++] = slots[row];
                }
                slots[row + 1] += slots[row];
            }
            firstSlot[heads] = predictionRow.length;
            int[] prediction = new int[predictionRow.length];
            int[] target = new int[predictionRow.length];
            for (int i = 0; i < sequences.size(); i++) {
                int[] targets = sequences.get(i).targets();
                for (int j = 0; j < targets.length; j++) {
                    int slot = slots[predictionRow[firstPrediction[i] + j]]++;
                    prediction[slot] = firstPrediction[i] + j;
                    target[slot] = targets[j];
                }
            }
            return new ScoringPlan(
                    trie,
                    Arrays.copyOf(headRows, heads),
                    Arrays.copyOf(firstSlot, heads + 1),
                    prediction,
                    target,
                    firstPrediction);
        }
    }
}
