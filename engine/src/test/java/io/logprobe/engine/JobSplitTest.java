package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.JobSplit.Part;
import io.logprobe.engine.tokenizer.EncodedPair;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What can go wrong: an example in two parts or in none, an empty part, one device with nearly all the work.
class JobSplitTest {

    /// One pair per example, of so many tokens.
    private static List<List<EncodedPair>> job(int... tokens) {
        return Arrays.stream(tokens)
                .mapToObj(count -> List.of(new EncodedPair(new int[] {0}, new int[] {0}, new int[count], false, false)))
                .toList();
    }

    @Test
    void examplesOfEqualLengthAreSplitEvenly() {
        assertThat(JobSplit.of(job(5, 5, 5, 5), 2)).containsExactly(new Part(0, 2, 0.5), new Part(2, 4, 0.5));
    }

    @Test
    void longExamplesCountForMore() {
        assertThat(JobSplit.of(job(60, 20, 20, 20), 2)).containsExactly(new Part(0, 1, 0.5), new Part(1, 4, 0.5));
    }

    @Test
    void everyDeviceGetsAnExampleAsLongAsThereAreEnough() {
        List<Part> parts = JobSplit.of(job(1, 1, 1, 97), 3);

        assertThat(parts).extracting(Part::first).containsExactly(0, 2, 3);
        assertThat(parts).extracting(Part::end).containsExactly(2, 3, 4);
    }

    @Test
    void thereAreNoMorePartsThanExamples() {
        assertThat(JobSplit.of(job(3, 3), 8)).hasSize(2);
    }

    @Test
    void aJobWithoutExamplesIsOnePart() {
        assertThat(JobSplit.of(job(), 4)).containsExactly(new Part(0, 0, 1));
    }
}
