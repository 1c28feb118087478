package io.logprobe.engine;

import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.Sequence;
import io.logprobe.engine.tokenizer.EncodedPair;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Consecutive examples that are scored in one pass over the weights.
///
/// @param first first example
/// @param end example after the last one
record ScoringBlock(int first, int end, ScoringPlan plan) {

    /// Cuts a job into blocks of at most `maxExamples` examples and, as far as single examples allow, `maxRows` rows.
    static List<ScoringBlock> cut(
            List<List<EncodedPair>> examples, Function<EncodedPair, Sequence> sequence, int maxExamples, long maxRows) {
        List<ScoringBlock> blocks = new ArrayList<>();
        for (int first = 0; first < examples.size(); first += maxExamples) {
            int end = (int) Math.min((long) first + maxExamples, examples.size());
            cut(examples, sequence, first, end, maxRows, blocks);
            if (end == examples.size()) {
                break;
            }
        }
        return blocks;
    }

    private static void cut(
            List<List<EncodedPair>> examples,
            Function<EncodedPair, Sequence> sequence,
            int first,
            int end,
            long maxRows,
            List<ScoringBlock> blocks) {
        ScoringPlan plan = ScoringPlan.of(examples.subList(first, end).stream()
                .flatMap(List::stream)
                .map(sequence)
                .toList());
        if (plan.trie().rows() <= maxRows || end - first == 1) {
            blocks.add(new ScoringBlock(first, end, plan));
            return;
        }
        // As many pieces of equal size as are needed at least: halving could leave blocks half empty.
        int pieces = (int) Math.min(end - first, Math.ceilDiv(plan.trie().rows(), maxRows));
        for (int piece = 0; piece < pieces; piece++) {
            int from = first + (int) ((long) (end - first) * piece / pieces);
            int to = first + (int) ((long) (end - first) * (piece + 1) / pieces);
            cut(examples, sequence, from, to, maxRows, blocks);
        }
    }

    /// Rows of the largest example by itself.
    static long largestExample(List<List<EncodedPair>> examples) {
        return examples.stream()
                .mapToLong(pairs ->
                        pairs.stream().mapToLong(pair -> pair.input().length).sum())
                .max()
                .orElse(0);
    }
}
