package io.logprobe.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MetricsCommandTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private record Outcome(int code, String out, String err) {}

    @TempDir
    Path folder;

    private Path small;
    private Path large;

    @BeforeEach
    void writeResultsOfTwoModels() throws IOException {
        small = write("small.jsonl", """
                {"index": 0, "logprobs": [-2.0, -3.0], "token_counts": [1, 2], "target": 0}
                {"index": 1, "logprobs": [-2.0, -3.0], "token_counts": [1, 2], "target": 1}
                {"index": 2, "logprobs": [-1.0, -9.0], "token_counts": [1, 1], "target": 0}
                """);
        large = write("large.jsonl", """
                {"index": 0, "logprobs": [-3.0, -2.0], "token_counts": [1, 2], "target": 0}
                {"index": 1, "logprobs": [-2.0, -3.0], "token_counts": [1, 2], "target": 1}
                {"index": 2, "logprobs": [-9.0, -1.0], "token_counts": [1, 1], "target": 0}
                """);
    }

    @Test
    void computesEveryMetric() throws IOException {
        // Lengths without the space that separates: 3 and 2 characters, 3 and 4 bytes.
        Path input = write("in.jsonl", """
                {"text": "a", "classes": [" abc", " éé"], "target": 0}
                {"text": "b", "classes": [" abc", " éé"], "target": 1}
                {"text": "c", "classes": [" abc", " éé"], "target": 0}
                """);
        Path alone = write("alone.jsonl", """
                {"index": 0, "logprobs": [-2.5, -4.0], "token_counts": [1, 2], "target": 0}
                {"index": 1, "logprobs": [-2.5, -4.0], "token_counts": [1, 2], "target": 1}
                {"index": 2, "logprobs": [-2.5, -4.0], "token_counts": [1, 1], "target": 0}
                """);

        JsonNode json = json(
                run("metrics", "--results", small, "--input", input, "--unconditional", alone, "--summary", "json"));

        assertThat(json.get("examples").intValue()).isEqualTo(3);
        assertThat(json.get("with_target").intValue()).isEqualTo(3);
        assertThat(value(json, "accuracy")).isCloseTo(2.0 / 3, within(1e-12));
        // Per character −2/3 beats −3/2; per byte −2/3 beats −3/4; per token −3/2 beats −2.
        assertThat(value(json, "acc_norm")).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(value(json, "acc_bytes")).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(value(json, "acc_token")).isCloseTo(2.0 / 3, within(1e-12));
        // 0.5 against 1.0 twice, then 1.5 against −5.
        assertThat(value(json, "pmi")).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(value(json, "loss"))
                .isCloseTo(
                        (Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.E) + Math.log(1 + Math.exp(-8))) / 3,
                        within(1e-12));
        assertThat(json.get("brier").get("stderr").doubleValue()).isPositive();
        assertThat(json.get("ece").get("low").doubleValue()).isNotNegative();
        assertThat(value(json, "coverage")).isPositive();
    }

    @Test
    void leavesOutWhatItWasNotGiven() {
        Outcome outcome = run("metrics", "--results", small);

        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).contains("accuracy", "0.6667", "acc_token", "brier", "ece");
        assertThat(outcome.out()).doesNotContain("acc_norm", "acc_bytes", "pmi");
    }

    @Test
    void comparesModelsAndFindsTheTrend() throws IOException {
        JsonNode json = json(
                run("metrics", "--results", small, "--compare", large, "--parameters", "1e6,1e8", "--summary", "json"));

        JsonNode pair = json.get("compared").get(large.toString());
        assertThat(pair.get("only_this_correct").intValue()).isEqualTo(2);
        assertThat(pair.get("only_other_correct").intValue()).isZero();
        assertThat(pair.get("accuracy_p_mcnemar").doubleValue()).isCloseTo(0.5, within(1e-12));
        assertThat(value(pair, "accuracy_difference")).isCloseTo(-2.0 / 3, within(1e-12));
        assertThat(value(pair, "loss_difference")).isCloseTo((1 + 8) / 3.0, within(1e-12));
        // Two decades apart.
        assertThat(value(json.get("trend_per_tenfold_parameters"), "accuracy")).isCloseTo(-1.0 / 3, within(1e-12));
        assertThat(value(json.get("trend_per_tenfold_parameters"), "loss")).isCloseTo(1.5, within(1e-12));
    }

    @Test
    void printsComparisonAndTrendForPeople() {
        Outcome outcome = run("metrics", "--results", small, "--compare", large, "--parameters", "1e6,1e8");

        assertThat(outcome.out()).contains("0 and 2 examples", "McNemar", "ten times the parameters");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'index': 1, 'logprobs': [-1], 'token_counts': [1]} | line 1: index is 1",
                "{'index': 0, 'logprobs': [0.5], 'token_counts': [1]} | line 1: logprobs[0] is 0.5",
                "{'index': 0, 'logprobs': ['x'], 'token_counts': [1]} | line 1: logprobs[0]",
                "{'index': 0, 'logprobs': [-1], 'token_counts': [0]} | line 1: token_counts[0] is 0",
                "{'index': 0, 'logprobs': [-1], 'token_counts': []} | line 1: 1 logprobs and 0 token_counts",
                "{'index': 0, 'logprobs': [-1], 'token_counts': [1], 'target': 1} | line 1: target is 1",
                "{'index': 0, 'text': 'a', 'classes': [' b']} | line 1 has no logprobs",
                "nonsense | line 1 is not JSON",
            })
    void namesTheLineAndFieldAtFault(String line, String message) throws IOException {
        Path bad = write("bad.jsonl", line.replace('\'', '"') + "\n");

        assertRefused(run("metrics", "--results", bad), message);
    }

    @Test
    void refusesFilesOfOtherExamples() throws IOException {
        Path shorter = write("shorter.jsonl", "{\"index\": 0, \"logprobs\": [-1, -2], \"token_counts\": [1, 1]}\n");
        Path input = write("in.jsonl", "{\"text\": \"a\", \"classes\": [\" b\", \" c\"]}\n");

        assertRefused(run("metrics", "--results", small, "--compare", shorter), "3 rows", "shorter.jsonl has 1");
        assertRefused(run("metrics", "--results", small, "--input", input), "3 rows", "in.jsonl has 1");
        assertRefused(run("metrics", "--results", small, "--parameters", "1e6,1e7"), "--parameters has 2 numbers");
        assertRefused(run("metrics", "--results", small, "--compare", large, "--parameters", "1e6,1e6"), "two sizes");
        assertRefused(run("metrics", "--results", folder.resolve("none")), "none cannot be read");
    }

    private static double value(JsonNode json, String metric) {
        return json.get(metric).get("value").doubleValue();
    }

    private static JsonNode json(Outcome outcome) throws IOException {
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        return JSON.readTree(outcome.out());
    }

    private static void assertRefused(Outcome outcome, String... parts) {
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err()).contains(parts);
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static Outcome run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                EngineCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int code = command.execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Outcome(code, out.toString(), err.toString());
    }
}
