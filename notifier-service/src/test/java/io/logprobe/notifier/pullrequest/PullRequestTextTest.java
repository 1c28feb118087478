package io.logprobe.notifier.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.notifier.Outcomes;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PullRequestTextTest {

    private static final UUID JOB = UUID.fromString("00000000-0000-0000-0000-000000000001");
    private static final UUID EVALUATION = UUID.fromString("00000000-0000-0000-0000-000000000002");

    private static final Links LINKS = new Links(
            "https://huggingface.co",
            "http://localhost:8080/jobs/1",
            "http://localhost:8080/v1/datasets/" + "e".repeat(64) + "/rows");

    @Test
    void titleNamesTheDataset() {
        assertThat(PullRequestText.title(on(Outcomes.DATASET)))
                .isEqualTo("Add zero-shot evaluation results on owner/pronouns (test)");
    }

    @Test
    void bodyHoldsFiguresProvenanceAndTheWayToReproduceThem() {
        assertThat(PullRequestText.body(on(Outcomes.DATASET), LINKS))
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
                        "http://localhost:8080/jobs/1",
                        "<!-- logprobe:00000000-0000-0000-0000-000000000002 -->")
                .doesNotContain("synthetic");
    }

    @Test
    void commandsFetchModelAndRowsAsTheyWereAndScoreThemAlike() {
        assertThat(commands(on(Outcomes.DATASET))).isEqualTo("""
                hf download demo/tiny --revision cccccccccccccccccccccccccccccccccccccccc --local-dir tiny-cccccccccccc
                curl -fsS -o rows-eeeeeeeeeeee.jsonl http://localhost:8080/v1/datasets/%1$s/rows
                echo '%1$s  rows-eeeeeeeeeeee.jsonl' | sha256sum --check
                ./logprobe score --model tiny-cccccccccccc --input rows-eeeeeeeeeeee.jsonl --output scores.jsonl \
                --dtype bfloat16 --bos always --backend cpu
                ./logprobe metrics --results scores.jsonl
                """.formatted("e".repeat(64)));
    }

    @Test
    void commandsNameAnotherHubThanTheUsualOne() {
        Links links = new Links("http://localhost:8090", LINKS.jobPage(), LINKS.rows());

        assertThat(PullRequestText.body(on(Outcomes.DATASET), links))
                .contains("```sh\nexport HF_ENDPOINT=http://localhost:8090\nhf download demo/tiny ");
    }

    @Test
    void commandsFetchTheFileThatWasEvaluatedAndNoOther() {
        assertThat(commands(ofFile("q/tiny-Q4_K_M.gguf")))
                .contains(
                        "hf download demo/tiny q/tiny-Q4_K_M.gguf --revision",
                        "--model tiny-cccccccccccc/q/tiny-Q4_K_M.gguf --input");
        assertThat(commands(ofFile("q/tiny-00001-of-00003.gguf")))
                .contains(
                        "hf download demo/tiny --include 'q/tiny-*-of-00003.gguf' --revision",
                        "--model tiny-cccccccccccc/q/tiny-00001-of-00003.gguf --input");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"$(reboot).gguf", "a b.gguf", "-o.gguf", "';ls;'.gguf", "```.gguf", "a;b-00001-of-00002.gguf"})
    void fileWhoseNameAShellWouldActOnStandsInNoCommand(String file) {
        EvaluationCompleted evaluation = ofFile(file);

        assertThat(commands(evaluation))
                .contains("hf download demo/tiny FILE --revision", "--model tiny-cccccccccccc/FILE --input")
                .doesNotContain(file);
        assertThat(PullRequestText.body(evaluation, LINKS)).contains("`FILE` being the file above");
    }

    @Test
    void fileThatWasEvaluatedIsNamed() {
        EvaluationCompleted evaluation = ofFile("q/tiny-Q4_K_M.gguf");

        assertThat(PullRequestText.title(evaluation))
                .isEqualTo("Add zero-shot evaluation results of q/tiny-Q4_K_M.gguf on owner/pronouns (test)");
        assertThat(PullRequestText.body(evaluation, LINKS))
                .contains(
                        "evaluation of `demo/tiny`, file `q/tiny-Q4_K_M.gguf` to the metadata",
                        "| Model | `demo/tiny` at `" + "c".repeat(40) + "`, file `q/tiny-Q4_K_M.gguf` |");
    }

    @Test
    void demonstrationDatasetIsCalledSynthetic() {
        String body = PullRequestText.body(on(Outcomes.dataset("logprobe-demo/pronouns", "default", "test")), LINKS);

        assertThat(body).contains("**This dataset is synthetic**");
    }

    @Test
    void namesThatUsersChoseNeitherMentionNorFormatNorBreakOut() {
        String hostile = "`@admin` | <b>\n# x [y](http://z)" + "a".repeat(500);
        EvaluationCompleted evaluation = on(Outcomes.dataset("owner/pronouns", hostile, "@everyone"));

        String text = PullRequestText.title(evaluation) + "\n"
                + PullRequestText.body(evaluation, LINKS).replace(PullRequestText.marker(EVALUATION), "");

        assertThat(text).doesNotContain("@", "<b>", "](", "\n# x", "a".repeat(81));
        assertThat(PullRequestText.title(evaluation)).hasLineCount(1).hasSizeLessThan(250);
    }

    /// What stands between the fences.
    private static String commands(EvaluationCompleted evaluation) {
        String body = PullRequestText.body(evaluation, LINKS);
        return body.substring(body.indexOf("```sh\n") + 6, body.indexOf("\n```\n") + 1);
    }

    private static EvaluationCompleted ofFile(String file) {
        return Outcomes.completed(JOB, EVALUATION, Outcomes.gguf("demo/tiny", file));
    }

    private static EvaluationCompleted on(DatasetRevision dataset) {
        return Outcomes.completed(JOB, EVALUATION, "demo/tiny", dataset, Outcomes.METRICS);
    }
}
