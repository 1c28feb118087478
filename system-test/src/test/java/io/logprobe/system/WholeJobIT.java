package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.checkpoint.TinyGguf;
import io.logprobe.standalone.client.LogprobeClient.RefusedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole chain as several real processes, on the demo's models.
class WholeJobIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path DEMO = Path.of("../standalone/src/main/resources/demo");
    private static final Path ANTI = DEMO.resolve("datasets/pronouns/test.jsonl");
    private static final Path PRO = DEMO.resolve("datasets/pronouns/pro.jsonl");

    @TempDir
    static Path data;

    private static RunningLogprobe logprobe;

    /// From the smallest to the largest.
    private static List<String> models;

    @BeforeAll
    static void start() throws IOException {
        logprobe = RunningLogprobe.start(data);
        try (Stream<Path> folders = Files.list(DEMO.resolve("models"))) {
            models = folders.sorted(Comparator.comparingLong(WholeJobIT::weightBytes))
                    .map(folder -> "demo/" + folder.getFileName())
                    .toList();
        }
        for (String model : models) {
            logprobe.addModel(model, folderOf(model));
        }
    }

    @AfterAll
    static void stop() {
        if (logprobe != null) {
            logprobe.close();
        }
    }

    @Test
    void accuracyForTheStereotypeIsOneMinusAccuracyAgainstIt() {
        JsonNode anti = logprobe.evaluate("demo/anti", ANTI, models);
        JsonNode pro = logprobe.evaluate("demo/pro", PRO, models);

        for (int model = 0; model < models.size(); model++) {
            assertThat(accuracy(pro, model)).isEqualTo(1 - accuracy(anti, model), within(1e-12));
        }
    }

    @Test
    void killedWorkerChangesNoFigureAndRepeatsNoEffect() throws IOException {
        String largest = models.getLast();
        JsonNode uploaded = logprobe.client().uploadDataset("demo/many", "test", repeated(ANTI, 24));
        int total = uploaded.path("exampleCount").asInt();
        int mailsBefore = logprobe.mails().size();
        int requestsBefore = logprobe.pullRequests(largest).size();

        String id = submit(uploaded, largest);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> doneOf(id) > 0);
        int doneWhenKilled = doneOf(id);
        long killed = logprobe.killWorker();
        JsonNode disturbed = logprobe.awaitSettled(id).at("/evaluations/0");

        assertThat(killed).isEqualTo(1);
        assertThat(doneWhenKilled).isLessThan(total);
        assertThat(disturbed.path("state").asText()).isEqualTo("COMPLETED");
        assertThat(disturbed.path("attempt").asInt()).isGreaterThan(1);
        JsonNode undisturbed = logprobe.awaitSettled(submit(uploaded, largest)).at("/evaluations/0");
        assertThat(disturbed.at("/metrics/exampleCount").asInt()).isEqualTo(total);
        assertThat(disturbed.path("metrics")).isEqualTo(undisturbed.path("metrics"));
        assertThat(examples(disturbed)).isEqualTo(examples(undisturbed));
        // One of each for the job whose worker was killed, one of each for the undisturbed one.
        assertThat(logprobe.mails()).hasSize(mailsBefore + 2);
        assertThat(logprobe.pullRequests(largest)).hasSize(requestsBefore + 2);
    }

    @Test
    void overlongTextIsCountedEverywhere() throws IOException {
        String model = models.getFirst();
        Path rows = Files.writeString(data.resolve("long.jsonl"), """
                {"text": "%s", "classes": [" he", " she"], "target": 1}
                {"text": "The nurse said that", "classes": [" he", " she"], "target": 1}
                """.formatted(
                        "The nurse said that ".repeat(200).strip()));

        JsonNode evaluation =
                logprobe.evaluate("demo/long", rows, List.of(model)).at("/evaluations/0");

        assertThat(evaluation.at("/metrics/truncatedCount").asInt()).isEqualTo(1);
        assertThat(examples(evaluation).lines().map(line -> line.contains("\"truncated\":true")))
                .containsExactly(true, false);
        assertThat(logprobe.pullRequests(model))
                .filteredOn(request -> request.path("title").asText().contains("demo/long"))
                .singleElement()
                .satisfies(request -> assertThat(
                                request.at("/events/0/data/latest/raw").asText())
                        .contains("| Examples cut to the model's length | 1 |"));
        assertThat(logprobe.mails())
                .filteredOn(mail -> mail.contains("demo/long"))
                .singleElement()
                .satisfies(mail -> assertThat(mail).contains("2 (1 truncated)"));
    }

    @Test
    void namedGgufFilesOfOneRepositoryAreEvaluatedAndPublishedEachByItself() throws IOException {
        Path folder = Files.createDirectory(data.resolve("quantised"));
        Files.write(folder.resolve("tiny-F32.gguf"), TinyGguf.float32());
        Files.write(folder.resolve("tiny-Q8_0.gguf"), TinyGguf.q8());
        logprobe.addModel("demo/quantised", folder);
        Path rows = Files.writeString(data.resolve("gguf.jsonl"), """
                {"text": "The nurse said that", "classes": [" he", " she"], "target": 1}
                {"text": "The clerk said that", "classes": [" he", " she"], "target": 0}
                """);

        assertRefused(
                () -> logprobe.evaluate("demo/gguf", rows, List.of("demo/quantised")), "tiny-F32.gguf, tiny-Q8_0.gguf");
        JsonNode job =
                logprobe.evaluate("demo/gguf", rows, List.of("demo/quantised:F32", "demo/quantised/tiny-Q8_0.gguf"));

        assertThat(job.path("state").asText()).isEqualTo("COMPLETED");
        assertThat(job.at("/evaluations/0/model/file").asText()).isEqualTo("tiny-F32.gguf");
        assertThat(job.at("/evaluations/1/model/file").asText()).isEqualTo("tiny-Q8_0.gguf");
        double full = job.at("/evaluations/0/metrics/loss/value").asDouble();
        assertThat(job.at("/evaluations/1/metrics/loss/value").asDouble())
                .isNotEqualTo(full)
                .isCloseTo(full, within(0.05));
        assertThat(logprobe.pullRequests("demo/quantised"))
                .extracting(request -> request.path("title").asText())
                .containsExactlyInAnyOrder(
                        "Add zero-shot evaluation results of tiny-F32.gguf on demo/gguf (test)",
                        "Add zero-shot evaluation results of tiny-Q8_0.gguf on demo/gguf (test)");
        assertThat(logprobe.mails())
                .filteredOn(mail -> mail.contains("demo/gguf"))
                .singleElement()
                .satisfies(mail -> assertThat(mail).contains("demo/quantised/tiny-Q8_0.gguf"));
    }

    @Test
    void commandsOfThePullRequestGiveTheSameLogProbabilities() throws IOException, InterruptedException {
        Optional<Path> hf = Shared.python()
                .map(python -> Path.of(python).resolveSibling("hf"))
                .filter(Files::isExecutable);
        assumeTrue(hf.isPresent(), "LOGPROBE_PYTHON names no interpreter with hf beside it");
        String model = models.getFirst();
        Path launcher = Files.writeString(
                Files.createDirectory(data.resolve("reader")).resolve("logprobe"),
                "#!/bin/sh\nexec " + Path.of("../logprobe").toAbsolutePath().normalize() + " \"$@\"\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        JsonNode evaluation =
                logprobe.evaluate("demo/again", ANTI, List.of(model)).at("/evaluations/0");

        Outcome pasted = Outcome.of(
                "bash",
                "-ec",
                "cd '" + launcher.getParent() + "'; PATH='" + hf.get().getParent() + "':$PATH\n"
                        + commandsOf(evaluation));

        assertThat(pasted.code()).as(pasted.out() + pasted.err()).isZero();
        assertThat(pasted.out()).contains(": OK");
        assertThat(logprobabilities(Files.readString(launcher.resolveSibling("scores.jsonl"))))
                .isEqualTo(logprobabilities(examples(evaluation)))
                .hasSize(400);
    }

    @Test
    void whatCannotBeAcceptedLeavesNothingBehind() throws IOException {
        Path weights =
                logprobe.addModel("demo/truncated", folderOf(models.getFirst())).resolve("model.safetensors");
        Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), (int) Files.size(weights) - 12));
        Path config =
                logprobe.addModel("demo/mamba", folderOf(models.getFirst())).resolve("config.json");
        Files.writeString(config, "{\"model_type\": \"mamba\"}");
        JsonNode uploaded = logprobe.client().uploadDataset("demo/anti", "test", ANTI);
        ObjectNode unknown = JSON.createObjectNode();
        unknown.putObject("dataset").put("id", "nobody/nothing");
        unknown.putArray("models").add("nobody/model");
        int jobsBefore = logprobe.get("/v1/jobs?limit=100").path("jobs").size();
        int mailsBefore = logprobe.mails().size();

        assertRefused(() -> logprobe.client().submitJob(unknown), "nobody/nothing", "nobody/model");
        assertRefused(() -> submit(uploaded, "demo/truncated"), "models[0]", "model.safetensors");
        assertRefused(() -> submit(uploaded, "demo/mamba"), "models[0]", "mamba");
        assertRefused(
                () -> upload("{\"text\": \"a\", \"classes\": [\" b\", \" c\"], \"target\": 2}"), "row 2", "target");
        assertRefused(() -> upload("{\"text\": \"a\", \"classes\": \" b\", \"target\": 0}"), "row 2", "classes");
        assertRefused(() -> upload("{\"text\": \"a\", \"target\": 0}"), "row 2", "classes");

        assertThat(logprobe.get("/v1/jobs?limit=100").path("jobs").size()).isEqualTo(jobsBefore);
        assertThat(logprobe.mails()).hasSize(mailsBefore);
        assertThat(logprobe.pullRequests("demo/truncated")).isEmpty();
        assertThat(logprobe.pullRequests("demo/mamba")).isEmpty();
    }

    private static void assertRefused(Runnable request, String... parts) {
        assertThatThrownBy(request::run).isInstanceOfSatisfying(RefusedRequest.class, refusal -> {
            assertThat(refusal.status()).isEqualTo(422);
            assertThat(refusal.body()).contains("urn:logprobe:problem:").contains(parts);
        });
    }

    private static JsonNode upload(String badRow) {
        try {
            Path rows = Files.writeString(
                    data.resolve("bad.jsonl"),
                    "{\"text\": \"a\", \"classes\": [\" b\"], \"target\": 0}\n" + badRow + "\n");
            return logprobe.client().uploadDataset("demo/bad", "test", rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String submit(JsonNode uploaded, String model) {
        return logprobe.client()
                .submitJob(RunningLogprobe.jobOn(uploaded, List.of(model)))
                .path("id")
                .asText();
    }

    private static String examples(JsonNode evaluation) {
        return logprobe.client().examples(evaluation.path("id").asText());
    }

    /// What stands between the fences in the pull request of an evaluation.
    private static String commandsOf(JsonNode evaluation) {
        String text = logprobe.pullRequests(evaluation.at("/model/id").asText()).stream()
                .filter(request -> request.path("num").asInt()
                        == evaluation.at("/pullRequest/number").asInt())
                .findFirst()
                .orElseThrow()
                .at("/events/0/data/latest/raw")
                .asText();
        return text.substring(text.indexOf("```sh\n") + 6, text.indexOf("\n```\n"));
    }

    private static List<JsonNode> logprobabilities(String lines) {
        return lines.lines()
                .map(line -> {
                    try {
                        return JSON.readTree(line).path("logprobs");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    private static int doneOf(String job) {
        return logprobe.client().job(job).at("/evaluations/0/done").asInt();
    }

    private static double accuracy(JsonNode job, int model) {
        return job.at("/evaluations/" + model + "/metrics/accuracy/value").asDouble();
    }

    private static Path folderOf(String model) {
        return DEMO.resolve("models").resolve(model.substring("demo/".length()));
    }

    private static long weightBytes(Path model) {
        try {
            return Files.size(model.resolve("model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
}
