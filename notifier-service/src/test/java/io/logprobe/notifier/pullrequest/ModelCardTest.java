package io.logprobe.notifier.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.notifier.Outcomes;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCardTest {

    private static final UUID ID = UUID.fromString("00000000-0000-0000-0000-000000000001");
    private static final CardResult RESULT =
            CardResult.of(Outcomes.completed(ID, ID, "demo/tiny"), "http://localhost:8080/jobs/1");

    private static final String ENTRY = """
            - task:
                type: zero-shot-classification
                name: Zero-Shot Text Classification
              dataset:
                name: owner/pronouns
                type: owner/pronouns
                config: default
                split: test
                revision: dddddddddddddddddddddddddddddddddddddddd
              metrics:
              - type: accuracy
                value: 0.375
                name: Accuracy
              - type: loss
                value: 1.1590285866899648
                name: Loss
              source:
                name: Logprobe
                url: http://localhost:8080/jobs/1
            """;

    @Test
    void createsCardForModelWithoutOne() {
        assertThat(new String(ModelCard.create(RESULT), StandardCharsets.UTF_8))
                .isEqualTo("---\nmodel-index:\n- name: demo/tiny\n  results:\n" + ENTRY.indent(2) + "---\n\n# tiny\n");
    }

    @Test
    void putsMetadataBeforeTextThatHasNone() {
        assertThat(withResult("# Title\r\n\r\ntext"))
                .isEqualTo(("---\nmodel-index:\n- name: demo/tiny\n  results:\n" + ENTRY.indent(2) + "---\n")
                                .replace("\n", "\r\n")
                        + "# Title\r\n\r\ntext");
    }

    @Test
    void appendsIndexAfterOtherKeysAndKeepsEveryByte() {
        String before = "---\n# hand-made\nlicense:   mit\ntags: [b,  a] # order matters\nnote: 'ü \u2028'";
        String after = "\n---\n# Title\n\n---\nä trailing  \n\n";

        assertThat(withResult(before + after))
                .isEqualTo(before + "\nmodel-index:\n- name: demo/tiny\n  results:\n"
                        + ENTRY.indent(2).stripTrailing() + after);
    }

    @Test
    void keepsWindowsLineEndings() {
        String changed = withResult("---\r\nlicense: mit\r\n---\r\nbody\r\n");

        assertThat(changed.replace("\r\n", "")).doesNotContain("\n").doesNotContain("\r");
        assertThat(changed)
                .startsWith("---\r\nlicense: mit\r\nmodel-index:\r\n")
                .endsWith("\r\n---\r\nbody\r\n");
    }

    @Test
    void addsResultAfterThoseOfOthersAndLeavesTheirTextAlone() {
        String others = """
                ---
                model-index:
                  - name: my model   # a name
                    results:
                      - task: {type: text-generation}
                        dataset: {type: other/set, name: "Other"}
                        metrics:
                          - {type: accuracy, value: 0.50, verified: true, verifyToken: abc}  # signed
                # about the licence
                license: mit
                ---
                body
                """;

        String changed = withResult(others);

        assertThat(changed).isEqualTo(others.replace("# signed\n", "# signed\n" + ENTRY.indent(6)));
    }

    @Test
    void updatesOwnOlderResultInPlace() {
        String card = "---\nmodel-index:\n- name: demo/tiny\n  results:\n"
                + ENTRY.replace("0.375", "0.25").replace("jobs/1", "jobs/0").indent(2) + "license: mit\n---\nbody";

        assertThat(withResult(card)).isEqualTo(card.replace("0.25", "0.375").replace("jobs/0", "jobs/1"));
    }

    @Test
    void everyFileOfARepositoryHasAResultOfItsOwn() {
        CardResult q8 = ofFile("tiny-Q8_0.gguf", "http://localhost:8080/jobs/8");
        CardResult q4 = ofFile("tiny-Q4_K_M.gguf", "http://localhost:8080/jobs/4");
        String card = withResult(withResult("---\nlicense: mit\n---\nbody"), q8);

        String both = withResult(card, q4);

        assertThat(both)
                .contains("value: 0.375\n      name: Accuracy\n", "jobs/1", "jobs/8", "jobs/4")
                .contains("      name: Accuracy (tiny-Q8_0.gguf)\n      args:\n        file: tiny-Q8_0.gguf\n")
                .contains("      name: Loss (tiny-Q4_K_M.gguf)\n      args:\n        file: tiny-Q4_K_M.gguf\n");
        assertThat(withResult(withResult(both, q8), ofFile("tiny-Q4_K_M.gguf", "http://localhost:8080/jobs/5")))
                .isEqualTo(both.replace("jobs/4", "jobs/5"));
    }

    @Test
    void changesNothingWhenTheResultStandsThereAlready() {
        String card = withResult("---\nlicense: mit\n---\nbody");

        assertThat(withResult(card)).isEqualTo(card);
    }

    @Test
    void leavesSignedResultAloneAndStandsBesideIt() {
        String signed = "---\nmodel-index:\n- name: demo/tiny\n  results:\n"
                + ENTRY.replace(
                                "    name: Accuracy\n",
                                "    name: Accuracy\n    verified: true\n    verifyToken: ey.x\n")
                        .replace("0.375", "0.25")
                        .indent(2)
                + "---\n";

        String changed = withResult(signed);

        assertThat(changed)
                .isEqualTo(signed.substring(0, signed.length() - 4) + ENTRY.indent(2) + "---\n")
                .containsOnlyOnce("verifyToken");
    }

    @Test
    void keepsResultThatHoldsFiguresOfOthers() {
        String mixed = "---\nmodel-index:\n- name: demo/tiny\n  results:\n"
                + ENTRY.replace("type: loss", "type: f1").indent(2) + "---\n";

        assertThat(withResult(mixed))
                .startsWith(mixed.substring(0, mixed.length() - 4))
                .contains("type: loss");
    }

    @Test
    void tellsResultsOfAnotherDatasetRevisionApart() {
        String older = "---\nmodel-index:\n- name: demo/tiny\n  results:\n"
                + ENTRY.replace("d".repeat(40), "a".repeat(40)).indent(2) + "---\n";

        assertThat(withResult(older)).contains("revision: " + "a".repeat(40), "revision: " + "d".repeat(40));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model-index: []",
                "model-index:",
                "model-index: null # none yet",
                "model-index: [{name: x, results: [{task: {type: t}, dataset: {type: d, name: d}, metrics: []}]}]",
                "model-index:\n- name: x\n  results: []",
                "model-index:\n- name: x\n  results: []\nlast: 1"
            })
    void rewritesIndexOnlyWhereItsLayoutLeavesNoChoice(String metadata) {
        String changed = withResult("---\nfirst:   1 # kept\n" + metadata + "\n---\nbody");

        assertThat(changed).startsWith("---\nfirst:   1 # kept\nmodel-index:").endsWith("\n---\nbody");
        assertThat(changed).contains("value: 1.1590285866899648");
        assertThat(changed.contains("last: 1")).isEqualTo(metadata.contains("last: 1"));
    }

    @Test
    void keepsBytesThatAreNoUtf8InTheBody() {
        byte[] body = {'-', '-', '-', '\n', 'a', ':', ' ', '1', '\n', '-', '-', '-', '\n', (byte) 0xff, (byte) 0xfe};

        byte[] changed = ModelCard.withResult(body, RESULT);

        assertThat(changed).endsWith(new byte[] {'-', '-', '-', '\n', (byte) 0xff, (byte) 0xfe});
    }

    @Test
    void keepsByteOrderMarkInFront() {
        assertThat(withResult("\ufeff---\nlicense: mit\n---\n")).startsWith("\ufeff---\nlicense: mit\nmodel-index:");
    }

    @Test
    void quotesCommitThatSomeReadersTakeForANumber() {
        var dataset = Outcomes.dataset("owner/pronouns", "default", "test");
        var odd = new io.logprobe.contracts.spec.DatasetRevision(
                dataset.id(), "default", "test", "1234567890123456789e12345678901234567890", dataset.digest(), 792);
        CardResult result = CardResult.of(
                Outcomes.completed(ID, ID, "demo/tiny", odd, Outcomes.METRICS), "http://localhost/jobs/1");

        assertThat(new String(ModelCard.create(result), StandardCharsets.UTF_8))
                .contains("revision: '1234567890123456789e12345678901234567890'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: [",
                "- list",
                "a: 1\na: 2",
                "model-index: text",
                "model-index:\n- text",
                "{a: 1, b: 2}",
                "x: &a [1, 2]\ny: !!java.net.URL [http://localhost]"
            })
    void refusesMetadataThatItDoesNotUnderstand(String metadata) {
        assertThatThrownBy(() -> withResult("---\n" + metadata + "\n---\nbody")).isInstanceOf(InvalidCard.class);
    }

    @Test
    void neverClaimsToBeVerified() {
        assertThat(new String(ModelCard.create(RESULT), StandardCharsets.UTF_8)).doesNotContainIgnoringCase("verif");
    }

    private static CardResult ofFile(String file, String jobPage) {
        return CardResult.of(Outcomes.completed(ID, ID, Outcomes.gguf("demo/tiny", file)), jobPage);
    }

    private static String withResult(String card) {
        return withResult(card, RESULT);
    }

    private static String withResult(String card, CardResult result) {
        return new String(ModelCard.withResult(card.getBytes(StandardCharsets.UTF_8), result), StandardCharsets.UTF_8);
    }
}
