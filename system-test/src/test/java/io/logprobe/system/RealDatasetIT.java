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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// WinoBias on a model of OPT's architecture: the service, the command line and lm-evaluation-harness agree.
class RealDatasetIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path WINOBIAS = Path.of("../../shared/data/winobias/winobias_antistereotype_test.jsonl")
            .toAbsolutePath()
            .normalize();
    private static final String MODEL = "real/opt-shape";
    private static final int ROWS = 792;

    @TempDir
    Path folder;

    @Test
    void serviceCommandLineAndHarnessAgree() throws IOException, InterruptedException {
        assumeTrue(
                Files.exists(WINOBIAS) && PeerPython.isDescribed(),
                () -> "the real dataset " + WINOBIAS + " or the peers' scripts are not there");
        PeerPython peer = PeerPython.prepare();
        Path model = folder.resolve("model");
        // A smaller shape than OPT-125m with the same vocabulary: hidden 128, 2 layers, ffn 512, 4 heads.
        peer.run("make_opt125m.py", model.toString(), "float32", "128", "2", "512", "4");

        JsonNode evaluation;
        List<JsonNode> served;
        try (RunningLogprobe logprobe = RunningLogprobe.start(folder.resolve("data"))) {
            logprobe.addModel(MODEL, model);
            JsonNode uploaded = logprobe.client().uploadDataset("real/winobias", "test", WINOBIAS);
            JsonNode job = logprobe.client().submitJob(RunningLogprobe.jobOn(uploaded, List.of(MODEL)));
            evaluation = logprobe.awaitSettled(job.path("id").asText()).at("/evaluations/0");
            served = lines(logprobe.client().examples(evaluation.path("id").asText()));
        }
        Path scored = folder.resolve("scored.jsonl");
        String summary = PeerPython.execute(List.of(
                "../logprobe",
                "score",
                "--model",
                model.toString(),
                "--input",
                WINOBIAS.toString(),
                "--output",
                scored.toString(),
                "--summary",
                "json"));
        Path harness = folder.resolve("harness.jsonl");
        peer.run("lm_eval_score.py", model.toString(), WINOBIAS.toString(), "float32", "16", "0", harness.toString());

        List<JsonNode> commandLine = lines(Files.readString(scored));
        List<JsonNode> reference = lines(Files.readString(harness));
        assertThat(served).hasSize(ROWS);
        assertThat(commandLine).hasSize(ROWS);
        assertThat(reference).hasSize(ROWS);
        for (int row = 0; row < ROWS; row++) {
            JsonNode logprobs = served.get(row).path("logprobs");
            assertThat(logprobs).as("row " + row).isEqualTo(commandLine.get(row).path("logprobs"));
            for (int completion = 0; completion < logprobs.size(); completion++) {
                assertThat(logprobs.path(completion).asDouble())
                        .as("row " + row + ", class " + completion)
                        .isCloseTo(
                                reference.get(row).at("/logprobs/" + completion).asDouble(), within(2e-3));
            }
        }
        String last = summary.lines()
                .filter(line -> line.startsWith("{"))
                .reduce((_, line) -> line)
                .orElseThrow();
        assertThat(evaluation.at("/metrics/accuracy/value").asDouble())
                .isCloseTo(JSON.readTree(last).path("accuracy").asDouble(), within(1e-12));
    }

    private static List<JsonNode> lines(String jsonLines) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : jsonLines.lines().toList()) {
            rows.add(JSON.readTree(line));
        }
        return rows;
    }
}
