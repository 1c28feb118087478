package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.standalone.client.LogprobeClient.RefusedRequest;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole chain as several real processes, on the demo's models.
class WholeJobIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path DEMO = Path.of("../standalone/src/main/resources/demo");

    @TempDir
    static Path data;

    private static RunningLogprobe logprobe;
    private static List<String> models;

    @BeforeAll
    static void start() throws IOException {
        logprobe = RunningLogprobe.start(data);
        models = new ArrayList<>();
        try (Stream<Path> folders = Files.list(DEMO.resolve("models"))) {
            for (Path folder : folders.sorted().toList()) {
                String id = "demo/" + folder.getFileName();
                logprobe.addModel(id, folder);
                models.add(id);
            }
        }
    }

    @AfterAll
    static void stop() {
        logprobe.close();
    }

    @Test
    void accuracyForTheStereotypeIsOneMinusAccuracyAgainstIt() {
        JsonNode anti = evaluate("anti", DEMO.resolve("datasets/pronouns/test.jsonl"));
        JsonNode pro = evaluate("pro", DEMO.resolve("datasets/pronouns/pro.jsonl"));

        for (int model = 0; model < models.size(); model++) {
            assertThat(accuracy(pro, model)).isEqualTo(1 - accuracy(anti, model), within());
        }
    }

    @Test
    void killedWorkerChangesNoFigureAndRepeatsNoEffect() throws IOException, InterruptedException {
        Path many = repeated(DEMO.resolve("datasets/pronouns/test.jsonl"), 40);
        JsonNode uploaded = logprobe.client().uploadDataset("demo/many", "test", many);
        String largest = models.stream()
                .max(java.util.Comparator.comparingLong(WholeJobIT::weightBytes))
                .orElseThrow();
        int mailsBefore = logprobe.mails().size();
        int requestsBefore = pullRequests(largest);

        JsonNode job = logprobe.client().submitJob(RunningLogprobe.jobOn(uploaded, List.of(largest)));
        String id = job.path("id").asText();
        await().atMost(Duration.ofMinutes(2)).until(() -> doneOf(id) > 0);
        int doneWhenKilled = doneOf(id);
        logprobe.killWorker();
        JsonNode settled = logprobe.awaitSettled(id);

        int total = uploaded.path("exampleCount").asInt();
        assertThat(doneWhenKilled).isLessThan(total);
        JsonNode evaluation = settled.at("/evaluations/0");
        assertThat(evaluation.path("state").asText()).isEqualTo("COMPLETED");
        assertThat(evaluation.path("attempt").asInt()).isGreaterThan(1);
        assertThat(evaluation.at("/metrics/exampleCount").asInt()).isEqualTo(total);
        JsonNode undisturbed = evaluateOne(uploaded, largest);
        assertThat(evaluation.path("metrics")).isEqualTo(undisturbed.at("/evaluations/0/metrics"));
        assertThat(logprobe.client().examples(evaluation.path("id").asText()))
                .isEqualTo(logprobe.client()
                        .examples(undisturbed.at("/evaluations/0/id").asText()));
        // One of each for the job whose worker was killed, one of each for the undisturbed one.
        assertThat(logprobe.mails()).hasSize(mailsBefore + 2);
        assertThat(pullRequests(largest)).isEqualTo(requestsBefore + 2);
    }

    @Test
    void unknownModelAndDatasetAreRefusedByName() {
        ObjectNode job = JSON.createObjectNode();
        job.putObject("dataset").put("id", "nobody/nothing");
        job.putArray("models").add("nobody/model");

        assertThatThrownBy(() -> logprobe.client().submitJob(job))
                .isInstanceOfSatisfying(RefusedRequest.class, refusal -> {
                    assertThat(refusal.status()).isBetween(400, 499);
                    assertThat(refusal.body()).contains("nobody/");
                });
    }

    @Test
    void targetOutOfRangeIsRefusedWithItsRow() throws IOException {
        Path rows = Files.writeString(data.resolve("bad.jsonl"), """
                {"text": "a", "classes": [" b", " c"], "target": 0}
                {"text": "a", "classes": [" b", " c"], "target": 2}
                """);

        assertThatThrownBy(() -> logprobe.client().uploadDataset("demo/bad", "test", rows))
                .isInstanceOfSatisfying(
                        RefusedRequest.class,
                        refusal -> assertThat(refusal.body()).contains("target").contains("2"));
    }

    @Test
    void truncatedWeightsAreRefusedByFile() throws IOException {
        Path model = data.resolve("hub/models/demo/truncated");
        logprobe.addModel(
                "demo/truncated", DEMO.resolve("models/" + models.getFirst().substring(5)));
        byte[] weights = Files.readAllBytes(model.resolve("model.safetensors"));
        Files.write(model.resolve("model.safetensors"), java.util.Arrays.copyOf(weights, weights.length - 12));
        JsonNode uploaded =
                logprobe.client().uploadDataset("demo/anti", "test", DEMO.resolve("datasets/pronouns/test.jsonl"));

        assertThatThrownBy(
                        () -> logprobe.client().submitJob(RunningLogprobe.jobOn(uploaded, List.of("demo/truncated"))))
                .isInstanceOfSatisfying(RefusedRequest.class, refusal -> assertThat(refusal.body())
                        .contains("model.safetensors"));
    }

    private static JsonNode evaluate(String name, Path rows) {
        JsonNode uploaded = logprobe.client().uploadDataset("demo/" + name, "test", rows);
        JsonNode job = logprobe.client().submitJob(RunningLogprobe.jobOn(uploaded, models));
        return logprobe.awaitSettled(job.path("id").asText());
    }

    private static JsonNode evaluateOne(JsonNode uploaded, String model) {
        JsonNode job = logprobe.client().submitJob(RunningLogprobe.jobOn(uploaded, List.of(model)));
        return logprobe.awaitSettled(job.path("id").asText());
    }

    private static int doneOf(String job) {
        return logprobe.client().job(job).at("/evaluations/0/done").asInt();
    }

    private static double accuracy(JsonNode job, int model) {
        return job.at("/evaluations/" + model + "/metrics/accuracy/value").asDouble();
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.data.Offset.offset(1e-12);
    }

    private static long weightBytes(String model) {
        try {
            return Files.size(DEMO.resolve("models/" + model.substring(5)).resolve("model.safetensors"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// The rows several times over, so that scoring them takes a while.
    private static Path repeated(Path rows, int times) throws IOException {
        return Files.write(
                data.resolve("many.jsonl"),
                Collections.nCopies(times, Files.readAllLines(rows)).stream()
                        .flatMap(List::stream)
                        .toList());
    }

    private static int pullRequests(String model) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String answer = http.send(
                            HttpRequest.newBuilder(logprobe.hub()
                                            .resolve("/api/models/" + model
                                                    + "/discussions?type=pull_request&status=all"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            return JSON.readTree(answer).path("discussions").size();
        }
    }
}
