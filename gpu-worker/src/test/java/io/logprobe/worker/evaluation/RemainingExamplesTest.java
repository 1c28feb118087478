package io.logprobe.worker.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.spec.IndexRange;
import io.logprobe.engine.Example;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RemainingExamplesTest {

    private static final List<Example> ROWS = IntStream.range(0, 6)
            .mapToObj(index -> new Example("row " + index, List.of("a", "b"), 0))
            .toList();

    @Test
    void whatIsDoneIsLeftOutAndTheRestKeepsItsPlace() {
        RemainingExamples remaining = RemainingExamples.of(ROWS, List.of(new IndexRange(0, 1), new IndexRange(3, 3)));

        assertThat(remaining.indices()).containsExactly(2, 4, 5);
        assertThat(remaining.examples()).containsExactly(ROWS.get(2), ROWS.get(4), ROWS.get(5));
    }

    @Test
    void everythingDoneLeavesNothing() {
        assertThat(RemainingExamples.of(ROWS, List.of(new IndexRange(0, 5))).isEmpty())
                .isTrue();
    }

    @Test
    void nothingDoneLeavesEverything() {
        assertThat(RemainingExamples.of(ROWS, List.of()).examples()).isEqualTo(ROWS);
    }
}
