package io.logprobe.notifier.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.notifier.Outcomes;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PullRequestTextTest {

    private static final UUID JOB = UUID.fromString("00000000-0000-0000-0000-000000000001");
    private static final UUID EVALUATION = UUID.fromString("00000000-0000-0000-0000-000000000002");

    @Test
    void titleNamesTheDataset() {
        assertThat(PullRequestText.title(on(Outcomes.DATASET)))
                .isEqualTo("Add zero-shot evaluation results on owner/pronouns (test)");
    }

    @Test
    void bodyHoldsFiguresProvenanceAndTheWayToReproduceThem() {
        assertThat(PullRequestText.body(on(Outcomes.DATASET), "http://localhost:8080/jobs/1"))
                .contains(
                        "0.3750 (95 %: 0.3400 to 0.4100)",
                        "1.1590 (95 %: 1.1400 to 1.1800)",
                        "792 examples",
                        "| Examples cut to the model's length | 3 |",
                        "c".repeat(40),
                        "d".repeat(40),
                        "e".repeat(64),
                        "f".repeat(64),
                        "cpu/onednn",
                        "--dtype bfloat16 --bos always",
                        "http://localhost:8080/jobs/1",
                        "<!-- logprobe:00000000-0000-0000-0000-000000000002 -->")
                .doesNotContain("synthetic");
    }

    @Test
    void fileThatWasEvaluatedIsNamed() {
        EvaluationCompleted evaluation =
                Outcomes.completed(JOB, EVALUATION, Outcomes.gguf("demo/tiny", "q/tiny-Q4_K_M.gguf"));

        assertThat(PullRequestText.title(evaluation))
                .isEqualTo("Add zero-shot evaluation results of q/tiny-Q4_K_M.gguf on owner/pronouns (test)");
        assertThat(PullRequestText.body(evaluation, ""))
                .contains(
                        "evaluation of `demo/tiny`, file `q/tiny-Q4_K_M.gguf` to the metadata",
                        "| Model | `demo/tiny` at `" + "c".repeat(40) + "`, file `q/tiny-Q4_K_M.gguf` |",
                        "With the model at that commit (that file of it) in `MODEL`");
    }

    @Test
    void demonstrationDatasetIsCalledSynthetic() {
        String body = PullRequestText.body(on(Outcomes.dataset("logprobe-demo/pronouns", "default", "test")), "");

        assertThat(body).contains("**This dataset is synthetic**");
    }

    @Test
    void namesThatUsersChoseNeitherMentionNorFormatNorBreakOut() {
        String hostile = "`@admin` | <b>\n# x [y](http://z)" + "a".repeat(500);
        EvaluationCompleted evaluation = on(Outcomes.dataset("owner/pronouns", hostile, "@everyone"));

        String text = PullRequestText.title(evaluation) + "\n"
                + PullRequestText.body(evaluation, "").replace(PullRequestText.marker(EVALUATION), "");

        assertThat(text).doesNotContain("@", "<b>", "](", "\n# x", "a".repeat(81));
        assertThat(PullRequestText.title(evaluation)).hasLineCount(1).hasSizeLessThan(250);
    }

    private static EvaluationCompleted on(DatasetRevision dataset) {
        return Outcomes.completed(JOB, EVALUATION, "demo/tiny", dataset, Outcomes.METRICS);
    }
}
