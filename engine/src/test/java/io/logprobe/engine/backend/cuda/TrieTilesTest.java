package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.Sequence;
import io.logprobe.engine.plan.TokenTrie;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrieTilesTest {

    private static TokenTrie trie(int seed) {
        Random random = new Random(seed);
        List<Sequence> sequences = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int[] input = random.ints(1 + random.nextInt(60), 0, 2).toArray();
            sequences.add(new Sequence(input, new int[] {0}, random.nextInt(2)));
        }
        return ScoringPlan.of(sequences).trie();
    }

    @Test
    void tilesCoverEveryRowOnceWithinItsSegmentAndBlock() {
        TokenTrie trie = trie(1);
        TrieTiles tiles = TrieTiles.of(trie, 128);

        int row = 0;
        for (int tile = 0; tile < tiles.tileRow().length; tile++) {
            assertThat(tiles.tileRow()[tile]).isEqualTo(row);
            int last = row + tiles.tileRows()[tile] - 1;
            assertThat(tiles.tileRows()[tile]).isBetween(1, TrieTiles.ROWS);
            assertThat(trie.segment(last)).isEqualTo(trie.segment(row)).isEqualTo(tiles.tileSegment()[tile]);
            assertThat(last / 128).isEqualTo(row / 128);
            row = last + 1;
        }
        assertThat(row).isEqualTo(trie.rows());
    }

    @Test
    void blocksBeginAtTheirFirstTile() {
        TokenTrie trie = trie(2);
        TrieTiles tiles = TrieTiles.of(trie, 128);

        for (int block = 0; block + 1 < tiles.firstTile().length; block++) {
            assertThat(tiles.tileRow()[tiles.firstTile()[block]]).isEqualTo(block * 128);
        }
        assertThat(tiles.firstTile()).endsWith(tiles.tileRow().length);
    }

    @Test
    void rangesLeadThroughThePathOfEverySegment() {
        TokenTrie trie = trie(3);
        TrieTiles tiles = TrieTiles.of(trie, 128);

        for (int segment = 0; segment < trie.segments(); segment++) {
            List<Integer> path = new ArrayList<>();
            for (int range = tiles.firstRange()[segment]; range < tiles.firstRange()[segment + 1]; range++) {
                int end = range + 1 < tiles.firstRange()[segment + 1]
                        ? tiles.rangePosition()[range + 1]
                        : trie.firstPosition(segment) + 1;
                for (int position = tiles.rangePosition()[range]; position < end; position++) {
                    path.add(tiles.rangeRow()[range] + position - tiles.rangePosition()[range]);
                }
            }
            assertThat(path).hasSize(trie.firstPosition(segment) + 1);
            for (int position = 0; position < path.size(); position++) {
                assertThat(trie.position(path.get(position))).isEqualTo(position);
            }
            assertThat(path).endsWith(trie.firstRow(segment));
        }
    }

    @Test
    void anEmptyTrieHasNoTiles() {
        TrieTiles tiles = TrieTiles.of(ScoringPlan.of(List.of()).trie(), 128);

        assertThat(tiles.firstTile()).containsExactly(0);
        assertThat(tiles.tileRow()).isEmpty();
    }

    @Test
    void scatterKeepsTheOrderOfEntriesOfARow() {
        int[] indices = {9, 9, 3, 7, 3, 3, 0};

        ScatterOrder order = ScatterOrder.of(indices, 2, 4);

        assertThat(order.targets()).containsExactly(3, 7);
        assertThat(order.first()).containsExactly(0, 3, 4);
        assertThat(order.entries()).containsExactly(0, 2, 3, 1);
    }
}
