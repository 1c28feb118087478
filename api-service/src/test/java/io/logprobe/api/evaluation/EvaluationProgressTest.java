package io.logprobe.api.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.api.evaluation.EvaluationProgress.Effect.Advanced;
import io.logprobe.api.evaluation.EvaluationProgress.Effect.Fenced;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.evaluation.EvaluationConcluded;
import io.logprobe.contracts.evaluation.EvaluationEvent;
import io.logprobe.contracts.evaluation.ExampleScore;
import io.logprobe.contracts.evaluation.ExamplesScored;
import io.logprobe.contracts.evaluation.LeaseGranted;
import io.logprobe.contracts.evaluation.ScoringProgressed;
import io.logprobe.contracts.evaluation.ScoringStarted;
import io.logprobe.contracts.spec.Provenance;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EvaluationProgressTest {

    private static final UUID EVALUATION = UUID.fromString("0192f0c1-0000-7000-8000-000000000002");
    private static final UUID BOOT = UUID.fromString("0192f0c1-0000-7000-8000-000000000003");
    private static final Provenance CPU = new Provenance("0.1.0", "cpu", "float32", "a".repeat(64));
    private static final Provenance CUDA = new Provenance("0.1.0", "cuda", "float32", "a".repeat(64));

    @Test
    void entryOfALowerEpochIsFenced() {
        EvaluationProgress second = after(EvaluationProgress.queued(4), granted(2));

        assertThat(second.read(scored(1, 0))).isInstanceOf(Fenced.class);
    }

    @Test
    void nothingCountsAfterTheConclusion() {
        EvaluationProgress closed = after(
                EvaluationProgress.queued(4),
                granted(1),
                new EvaluationConcluded(EVALUATION, 1, Conclusion.COMPLETED, null));

        assertThat(closed.read(scored(1, 0))).isInstanceOf(Fenced.class);
        assertThat(closed.read(granted(2))).isInstanceOf(Fenced.class);
    }

    @Test
    void sameProvenanceKeepsWhatEarlierAttemptsScored() {
        EvaluationProgress half =
                after(EvaluationProgress.queued(4), granted(1), started(1, CPU)).counted(2);

        Advanced restarted = (Advanced) after(half, granted(2)).read(started(2, CPU));

        assertThat(restarted.voidScores()).isFalse();
        assertThat(restarted.next().done()).isEqualTo(2);
        assertThat(restarted.next().fraction()).isEqualTo(0.5);
    }

    @Test
    void otherProvenanceVoidsWhatEarlierAttemptsScored() {
        EvaluationProgress half = after(EvaluationProgress.queued(4), granted(1), started(1, CUDA))
                .counted(2);

        Advanced restarted = (Advanced) after(half, granted(2)).read(started(2, CPU));

        assertThat(restarted.voidScores()).isTrue();
        assertThat(restarted.next().done()).isZero();
        assertThat(restarted.next().provenance()).isEqualTo(CPU);
    }

    @Test
    void fractionCountsTheShareOfTheRestThatTheAttemptHasDone() {
        EvaluationProgress half =
                after(EvaluationProgress.queued(4), granted(1), started(1, CPU)).counted(2);

        EvaluationProgress progressed =
                after(half, granted(2), started(2, CPU), new ScoringProgressed(EVALUATION, 2, 0, 0.5, "layer 6 of 12"));

        assertThat(progressed.fraction()).isEqualTo(0.75);
        assertThat(progressed.phase()).isEqualTo("layer 6 of 12");
    }

    @Test
    void finalStateOutlivesLateEntries() {
        EvaluationProgress failed =
                after(EvaluationProgress.queued(4), granted(1)).ended(EvaluationState.FAILED);

        assertThat(after(failed, granted(2)).state()).isEqualTo(EvaluationState.FAILED);
    }

    @Test
    void exampleBeyondTheDatasetIsRefused() {
        assertThatThrownBy(() -> EvaluationProgress.queued(4).read(scored(1, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("example 4 is scored, the evaluation has 4");
    }

    private static EvaluationProgress after(EvaluationProgress progress, EvaluationEvent... entries) {
        EvaluationProgress current = progress;
        for (EvaluationEvent entry : entries) {
            current = ((Advanced) current.read(entry)).next();
        }
        return current;
    }

    private static LeaseGranted granted(long epoch) {
        return new LeaseGranted(EVALUATION, epoch, "node-1", BOOT);
    }

    private static ScoringStarted started(long epoch, Provenance provenance) {
        return new ScoringStarted(EVALUATION, epoch, "node-1", provenance, 4);
    }

    private static ExamplesScored scored(long epoch, int index) {
        return new ExamplesScored(
                EVALUATION,
                epoch,
                0,
                List.of(new ExampleScore(
                        index, List.of(-1.0, -2.0), List.of(1, 1), List.of(true, false), 0, 0, false)));
    }
}
