package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// WinoBias on a model of OPT's architecture: the service, the command line and lm-evaluation-harness agree.
class RealDatasetIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODEL = "real/opt-shape";
    private static final int ROWS = 792;

    @TempDir
    static Path folder;

    private static Path antiStereotype;
    private static Path model;
    private static JsonNode anti;
    private static JsonNode pro;
    private static List<JsonNode> served;

    @BeforeAll
    static void evaluateBothFiles() throws IOException, InterruptedException {
        Shared.require();
        antiStereotype = Shared.file("data/winobias/winobias_antistereotype_test.jsonl");
        model = model();
        try (RunningLogprobe logprobe = RunningLogprobe.start(folder.resolve("data"))) {
            logprobe.addModel(MODEL, model);
            anti = evaluate(logprobe, antiStereotype);
            pro = evaluate(logprobe, Shared.file("data/winobias/winobias_prostereotype_test.jsonl"));
            served = rows(logprobe.client().examples(anti.path("id").asText()));
        }
    }

    @Test
    void serviceGivesTheNumbersOfTheCommandLineBitForBit() throws IOException, InterruptedException {
        Path output = folder.resolve("scored.jsonl");

        Outcome outcome = Outcome.ofLogprobe(
                "score", "--model", model, "--input", antiStereotype, "--output", output, "--summary", "json");

        assertThat(outcome.code()).as(outcome.err()).isZero();
        List<JsonNode> commandLine = rows(Files.readString(output));
        assertThat(commandLine).hasSize(ROWS);
        assertThat(served).hasSize(ROWS);
        for (int row = 0; row < ROWS; row++) {
            JsonNode one = served.get(row);
            JsonNode other = commandLine.get(row);
            assertThat(one.path("logprobs")).as("row " + row).isEqualTo(other.path("logprobs"));
            assertThat(one.path("tokenCounts")).as("row " + row).isEqualTo(other.path("token_counts"));
            assertThat(one.path("isGreedy")).as("row " + row).isEqualTo(other.path("is_greedy"));
            assertThat(one.path("prediction")).as("row " + row).isEqualTo(other.path("prediction"));
        }
        JsonNode summary = JSON.readTree(outcome.lines().getLast());
        assertThat(anti.at("/metrics/accuracy/value").asDouble())
                .isEqualTo(summary.path("accuracy").asDouble());
        assertThat(anti.at("/metrics/loss/value").asDouble())
                .isCloseTo(summary.path("loss").asDouble(), within(1e-12));
    }

    @Test
    void serviceAgreesWithTheHarness() throws IOException, InterruptedException {
        assumeTrue(
                Shared.python().isPresent(),
                "needs a Python with lm_eval: ./logprobe test prepares one where pip reaches an index,"
                        + " or set LOGPROBE_PYTHON to its interpreter");
        Path output = folder.resolve("harness.jsonl");

        Outcome outcome = Shared.runPeer("lm_eval_score.py", model, antiStereotype, "float32", "16", "0", output);

        List<JsonNode> harness = rows(Files.readString(output));
        assertThat(harness).hasSize(ROWS);
        for (int row = 0; row < ROWS; row++) {
            JsonNode sums = harness.get(row).path("logprobs");
            for (int completion = 0; completion < sums.size(); completion++) {
                assertThat(served.get(row).at("/logprobs/" + completion).asDouble())
                        .as("row " + row + ", class " + completion)
                        .isCloseTo(sums.path(completion).asDouble(), within(2e-3));
            }
        }
        assertThat(anti.at("/metrics/accuracy/value").asDouble())
                .isEqualTo(JSON.readTree(outcome.lines().getLast())
                        .path("accuracy")
                        .asDouble());
    }

    @Test
    void accuracyForTheStereotypeIsOneMinusAccuracyAgainstIt() {
        assertThat(anti.at("/metrics/exampleCount").asInt()).isEqualTo(ROWS);
        assertThat(pro.at("/metrics/accuracy/value").asDouble())
                .isEqualTo(1 - anti.at("/metrics/accuracy/value").asDouble(), within(1e-12));
    }

    /// OPT's vocabulary on a small shape (hidden 128, 2 layers, ffn 512, 4 heads); without Python, which makes it, the
    /// smallest of the golden models.
    private static Path model() throws IOException, InterruptedException {
        if (Shared.python().isEmpty()) {
            return Shared.file("golden/opt-125m-style");
        }
        Path made = folder.resolve("model");
        Shared.runPeer("make_opt125m.py", made, "float32", "128", "2", "512", "4");
        return made;
    }

    private static JsonNode evaluate(RunningLogprobe logprobe, Path rows) {
        JsonNode uploaded = logprobe.client().uploadDataset("real/winobias", "test", rows);
        JsonNode job = logprobe.client().submitJob(RunningLogprobe.jobOn(uploaded, List.of(MODEL)));
        JsonNode evaluation = logprobe.awaitSettled(job.path("id").asText()).at("/evaluations/0");
        assertThat(evaluation.path("state").asText()).as(evaluation.toString()).isEqualTo("COMPLETED");
        return evaluation;
    }

    private static List<JsonNode> rows(String jsonLines) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : jsonLines.lines().toList()) {
            rows.add(JSON.readTree(line));
        }
        return rows;
    }
}
