package io.logprobe.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What can go wrong: a row that hangs on the wrong ancestor, a prefix computed twice, a prediction at the wrong row.
class ScoringPlanTest {

    @Test
    void sharesPrefixesAndBranches() {
        ScoringPlan plan = ScoringPlan.of(List.of(
                sequence(new int[] {1, 5, 6}, 7), sequence(new int[] {1, 4}, 8), sequence(new int[] {1, 5, 6, 9}, 3)));

        TokenTrie trie = plan.trie();
        assertThat(trie.rows()).isEqualTo(5);
        assertThat(tokens(trie)).containsExactly(1, 4, 5, 6, 9);
        assertThat(path(trie, 4)).containsExactly(0, 2, 3, 4);
        assertThat(path(trie, 1)).containsExactly(0, 1);
        assertThat(plan.headRows()).containsExactly(1, 3, 4);
    }

    @Test
    void computesEqualSequencesOnce() {
        ScoringPlan plan = ScoringPlan.of(
                List.of(sequence(new int[] {1, 2}, 3), sequence(new int[] {1, 2}, 4), sequence(new int[] {1, 2}, 3)));

        assertThat(plan.trie().rows()).isEqualTo(2);
        assertThat(plan.headRowCount()).isEqualTo(1);
        assertThat(plan.predictions()).isEqualTo(3);
    }

    @Test
    void keepsGroupsApart() {
        ScoringPlan plan = ScoringPlan.of(List.of(
                new Sequence(new int[] {1, 2}, new int[] {3}, 0), new Sequence(new int[] {1, 2}, new int[] {3}, 1)));

        assertThat(plan.trie().rows()).isEqualTo(4);
        assertThat(plan.trie().group(0)).isZero();
        assertThat(plan.trie().group(3)).isEqualTo(1);
    }

    @Test
    void plansNothing() {
        ScoringPlan plan = ScoringPlan.of(List.of());

        assertThat(plan.trie().rows()).isZero();
        assertThat(plan.headRowCount()).isZero();
    }

    @Test
    void refusesMoreTargetsThanInputs() {
        assertThatIllegalArgumentException().isThrownBy(() -> sequence(new int[] {1}, 2, 3));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void givesEverySequenceItsOwnPathAndPredictions(long seed) {
        List<Sequence> sequences = randomSequences(new Random(seed));

        ScoringPlan plan = ScoringPlan.of(sequences);

        assertThat(plan.trie().rows()).isEqualTo(distinctPrefixes(sequences));
        int[] rowOf = rowOfPrediction(plan);
        for (int s = 0; s < sequences.size(); s++) {
            Sequence sequence = sequences.get(s);
            int targets = sequence.targets().length;
            assertThat(plan.firstPrediction(s + 1) - plan.firstPrediction(s)).isEqualTo(targets);
            for (int i = 0; i < targets; i++) {
                int[] path = path(plan.trie(), rowOf[plan.firstPrediction(s) + i]);
                int length = sequence.input().length - targets + i + 1;
                assertThat(Arrays.stream(path).map(plan.trie()::token).toArray())
                        .isEqualTo(Arrays.copyOf(sequence.input(), length));
            }
        }
    }

    private static List<Sequence> randomSequences(Random random) {
        List<Sequence> sequences = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int[] input = random.ints(1 + random.nextInt(12), 0, 3).toArray();
            int[] targets = random.ints(1 + random.nextInt(input.length), 0, 9).toArray();
            sequences.add(new Sequence(input, targets, random.nextInt(2)));
        }
        return sequences;
    }

    private static int distinctPrefixes(List<Sequence> sequences) {
        Set<String> prefixes = new HashSet<>();
        for (Sequence sequence : sequences) {
            for (int length = 1; length <= sequence.input().length; length++) {
                prefixes.add(sequence.group() + Arrays.toString(Arrays.copyOf(sequence.input(), length)));
            }
        }
        return prefixes.size();
    }

    private static int[] rowOfPrediction(ScoringPlan plan) {
        int[] rows = new int[plan.predictions()];
        int[] headRows = plan.headRows();
        for (int head = 0; head < headRows.length; head++) {
            for (int slot = plan.firstSlot(head); slot < plan.firstSlot(head + 1); slot++) {
                rows[plan.prediction(slot)] = headRows[head];
            }
        }
        return rows;
    }

    private static int[] path(TokenTrie trie, int row) {
        int[] starts = new int[trie.longestChain()];
        int[] ends = new int[trie.longestChain()];
        int segment = trie.segment(row);
        int ranges = trie.keyRanges(segment, starts, ends);
        List<Integer> path = new ArrayList<>();
        for (int range = 0; range < ranges; range++) {
            for (int key = starts[range]; key < ends[range]; key++) {
                path.add(key);
            }
        }
        assertThat(path).hasSize(trie.firstPosition(segment));
        for (int key = trie.firstRow(segment); key <= row; key++) {
            path.add(key);
        }
        return path.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] tokens(TokenTrie trie) {
        int[] tokens = new int[trie.rows()];
        Arrays.setAll(tokens, trie::token);
        return tokens;
    }

    private static Sequence sequence(int[] input, int... targets) {
        return new Sequence(input, targets, 0);
    }
}
