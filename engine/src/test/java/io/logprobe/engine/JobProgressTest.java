package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobProgressTest {

    /// Embedding, two layers and the head: 0, 40, 40 and 20 operations.
    private static final Workload PASS = new Workload(new double[] {0, 40, 80, 100});

    private static final JobProgress ANEW = JobProgress.of(
            20, List.of(new ScoringBlock(0, 10, null), new ScoringBlock(10, 20, null)), List.of(PASS, PASS));

    private final Pace pace = new Pace();

    @Test
    void theTimeLeftFollowsFromTheOperationsDone() {
        Progress progress = ANEW.after(0, 2, 4, pace, Duration.ofSeconds(10));

        assertThat(progress.fraction()).isEqualTo(0.2);
        assertThat(progress.remaining()).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void aLaterBlockCountsThoseBeforeIt() {
        Progress progress = ANEW.after(1, 3, 4, pace, Duration.ofSeconds(18));

        assertThat(progress.fraction()).isEqualTo(0.9);
        assertThat(progress.remaining()).isEqualTo(Duration.ofSeconds(2));
        assertThat(progress.examplesDone()).isEqualTo(10);
    }

    @Test
    void aSlowStartIsForgotten() {
        ANEW.after(0, 1, 4, pace, Duration.ofSeconds(1));
        ANEW.after(0, 2, 4, pace, Duration.ofSeconds(50)); // 40 operations
        ANEW.after(0, 3, 4, pace, Duration.ofSeconds(54)); // 80
        Progress progress = ANEW.after(0, 4, 4, pace, Duration.ofSeconds(56)); // 100

        assertThat(progress.remaining()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whatAnEarlierProcessHasDoneTookNoneOfTheTime() {
        JobProgress continued = ANEW.continuedAfter(1, 1);

        Progress progress = continued.after(1, 3, 4, pace, Duration.ofSeconds(10));

        assertThat(progress.fraction()).isEqualTo(0.9);
        assertThat(progress.remaining()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aBlockThatIsContinuedAnewBeginsAtItsStart() {
        JobProgress continued = ANEW.continuedAfter(1, 0);

        Progress progress = continued.after(1, 2, 4, pace, Duration.ofSeconds(10));

        assertThat(progress.remaining()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void nothingIsSaidOfTheTimeLeftBeforeAnyWorkIsDone() {
        assertThat(ANEW.after(0, 1, 4, pace, Duration.ofSeconds(10)).remaining())
                .isZero();
        assertThat(ANEW.continuedAfter(1, 1)
                        .after(1, 2, 4, new Pace(), Duration.ofSeconds(10))
                        .remaining())
                .isZero();
    }

    @Test
    void aJobThatWasDoneAlreadyHasNothingLeft() {
        assertThat(ANEW.continuedAfter(2, 0).restored()).isEqualTo(ANEW.flops());
    }
}
