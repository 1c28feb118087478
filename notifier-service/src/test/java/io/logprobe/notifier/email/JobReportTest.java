package io.logprobe.notifier.email;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.contracts.outcome.EvaluationMetrics;
import io.logprobe.contracts.outcome.JobConcluded;
import io.logprobe.notifier.Outcomes;
import io.logprobe.notifier.ledger.Receipt;
import io.logprobe.notifier.ledger.SideEffectResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JobReportTest {

    private static final UUID JOB = UUID.fromString("00000000-0000-0000-0000-000000000001");
    private final EvaluationCompleted opened = Outcomes.completed(JOB, UUID.randomUUID(), "demo/opened");
    private final EvaluationCompleted refused = Outcomes.completed(JOB, UUID.randomUUID(), "demo/refused");
    private final EvaluationCompleted waiting = Outcomes.completed(JOB, UUID.randomUUID(), "demo/waiting");

    @Test
    void subjectCountsWhatCompleted() {
        assertThat(report().subject()).isEqualTo("Logprobe: 3 of 4 models evaluated on owner/pronouns");
    }

    @Test
    void rowsTellFiguresPullRequestsAndFailures() {
        assertThat(report().rows())
                .containsExactly(
                        row("demo/opened", "http://hub/demo/opened/discussions/7", ""),
                        row("demo/refused", "", "no pull request: the Hub answered 403"),
                        row("demo/waiting", "", "the pull request is still pending"),
                        new JobReport.Row("demo/broken", "–", "–", "–", "", "failed: bad file second line"));
    }

    @Test
    void tableIsAligned() {
        assertThat(report().table()).isEqualTo("""
                        Model         Accuracy (95 %)            Loss    Examples
                        demo/opened   0.3750 (0.3400 to 0.4100)  1.1590  792 (3 truncated)
                        demo/refused  0.3750 (0.3400 to 0.4100)  1.1590  792 (3 truncated)
                        demo/waiting  0.3750 (0.3400 to 0.4100)  1.1590  792 (3 truncated)
                        demo/broken   –                          –       –""");
    }

    @Test
    void countOfExamplesStandsAloneWhereNoneWasTruncated() {
        EvaluationMetrics whole = new EvaluationMetrics(
                792, Outcomes.METRICS.accuracy(), Outcomes.METRICS.loss(), Outcomes.METRICS.coverage(), 0);
        EvaluationCompleted evaluation =
                Outcomes.completed(JOB, UUID.randomUUID(), "demo/whole", Outcomes.DATASET, whole);

        JobReport report = JobReport.of(Outcomes.concluded(JOB, List.of(), evaluation), Map.of(), "http://localhost");

        assertThat(report.rows().getFirst().examples()).isEqualTo("792");
    }

    private JobReport report() {
        JobConcluded allCompleted = Outcomes.concluded(JOB, List.of(), opened, refused, waiting);
        List<JobConcluded.EvaluationResult> evaluations = new ArrayList<>(allCompleted.evaluations());
        evaluations.add(Outcomes.failed("demo/broken", "bad file\r\nsecond line"));
        JobConcluded job = new JobConcluded(JOB, Outcomes.DATASET, evaluations, true, List.of());
        return JobReport.of(
                job,
                Map.of(
                        opened.evaluationId().toString(),
                        new SideEffectResult(
                                opened.evaluationId().toString(),
                                Optional.of(new Receipt("7", "http://hub/demo/opened/discussions/7")),
                                Optional.empty()),
                        refused.evaluationId().toString(),
                        new SideEffectResult(
                                refused.evaluationId().toString(),
                                Optional.empty(),
                                Optional.of(new Failure(FailureKind.INVALID_INPUT, "the Hub answered 403")))),
                "http://localhost/jobs/1");
    }

    private static JobReport.Row row(String model, String pullRequest, String remark) {
        return new JobReport.Row(
                model, "0.3750 (0.3400 to 0.4100)", "1.1590", "792 (3 truncated)", pullRequest, remark);
    }
}
