package io.logprobe.engine.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.EngineOptions;
import io.logprobe.engine.Example;
import io.logprobe.engine.ScoreSummary;
import io.logprobe.engine.Scorer;
import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.backend.ComputeType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The same jobs by Transformers on the same card, where there is a Python that has it; tiny shapes on the processor.
///
/// @param run the part, its Python, and where files go
record TransformersComparison(PartRun run) {

    private static final String SCRIPT = "transformers_peer.py";
    private static final int SECONDS_PER_BATCH_SIZE = 5;
    private static final int PYTHON_SECONDS = 90;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// A job and how many times Transformers' rate is asked for.
    private record Job(List<Example> examples, double goal) {}

    private SyntheticOpt model() {
        return run.small() ? SyntheticOpt.TINY : SyntheticOpt.OPT_6_7B;
    }

    private Map<String, Job> jobs() {
        int count = run.small() ? 4 : 1000;
        Map<String, Job> jobs = new LinkedHashMap<>();
        jobs.put("WinoBias' shape, " + count + " x 2", new Job(model().examples(count), 3));
        int fewShot = run.small() ? 2 : 400;
        jobs.put(
                "5-shot with a shared header, " + fewShot + " x 2",
                new Job(model().fewShotExamples(fewShot, run.small() ? 20 : 900), 20));
        return jobs;
    }

    void compare() {
        try {
            if (!canImport()) {
                run.figure(
                        "Transformers",
                        "skipped",
                        run.python() + " has no torch with CUDA and transformers; --python names another");
                return;
            }
            Map<String, Job> jobs = jobs();
            Map<String, Double> rates = ourRates(jobs);
            Map<String, JsonNode> theirs = theirRates(jobs);
            for (Map.Entry<String, Job> job : jobs.entrySet()) {
                JsonNode peer = theirs.get(job.getKey());
                if (peer == null) {
                    run.checked(job.getKey(), "", false, "Transformers gave no rate");
                    continue;
                }
                double rate = peer.get("pairs_per_second").doubleValue();
                double ours = rates.get(job.getKey());
                run.timed(
                        model().name() + ", " + job.getKey(),
                        "%.1f times Transformers' rate".formatted(ours / rate),
                        ours >= job.getValue().goal() * rate,
                        "%.0f against %.0f pairs/s (batches of %d, %s)"
                                .formatted(
                                        ours,
                                        rate,
                                        peer.get("batch").intValue(),
                                        peer.get("with").textValue()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, Double> ourRates(Map<String, Job> jobs) throws IOException {
        Map<String, Double> rates = new LinkedHashMap<>();
        for (Map.Entry<String, Job> job : jobs.entrySet()) {
            ScoreSummary summary = score(job.getValue().examples());
            rates.put(job.getKey(), summary.pairsPerSecond());
            run.figure(
                    model().name() + ", " + job.getKey() + ", ours",
                    "%.0f pairs/s".formatted(summary.pairsPerSecond()),
                    ModelBenchmark.seconds(summary));
        }
        return rates;
    }

    private ScoreSummary score(List<Example> examples) throws IOException {
        EngineOptions options =
                EngineOptions.DEFAULT.withBackend(BackendChoice.CUDA).withDtype(ComputeType.BFLOAT16);
        try (Scorer scorer = Scorer.open(model().write(run.work()), options)) {
            scorer.score(examples.subList(0, 2), scored -> {}); // kernels and products have been used once
            return scorer.score(examples, scored -> {});
        }
    }

    private boolean canImport() throws InterruptedException {
        String needed = "import torch, transformers" + (run.small() ? "" : "; assert torch.cuda.is_available()");
        try {
            Process process = new ProcessBuilder(run.python(), "-c", needed)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return ended(process) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // no such program
        }
    }

    private static boolean ended(Process process) throws InterruptedException {
        if (process.waitFor(PYTHON_SECONDS, TimeUnit.SECONDS)) {
            return true;
        }
        process.destroyForcibly().waitFor();
        return false;
    }

    private Map<String, JsonNode> theirRates(Map<String, Job> jobs) throws IOException, InterruptedException {
        Files.createDirectories(run.work());
        Path script = run.work().resolve(SCRIPT);
        try (InputStream stream = TransformersComparison.class.getResourceAsStream(SCRIPT)) {
            Files.write(script, stream.readAllBytes());
        }
        Path job = run.work().resolve("transformers_job.json");
        JSON.writeValue(job.toFile(), specification(jobs));
        Path rates = run.work().resolve("transformers_rates.jsonl");
        String device = run.small() ? "cpu" : "cuda";
        ended(new ProcessBuilder(run.python(), script.toString(), job.toString(), "--device", device)
                .redirectOutput(rates.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        Map<String, JsonNode> found = new LinkedHashMap<>();
        for (String line : Files.readAllLines(rates)) {
            JsonNode rate = JSON.readTree(line);
            found.put(rate.get("name").textValue(), rate);
        }
        return found;
    }

    private ObjectNode specification(Map<String, Job> jobs) {
        ObjectNode specification = JSON.createObjectNode()
                .put("hidden", model().hidden())
                .put("layers", model().layers())
                .put("heads", model().heads())
                .put("vocabulary", model().vocabulary())
                .put("positions", SyntheticOpt.POSITIONS)
                .put("seconds", SECONDS_PER_BATCH_SIZE);
        ArrayNode array = specification.putArray("jobs");
        jobs.forEach((name, job) -> {
            ArrayNode pairs = array.addObject().put("name", name).putArray("pairs");
            for (Example example : job.examples()) {
                for (String completion : example.classes()) {
                    ArrayNode pair = pairs.addArray();
                    tokens(pair.addArray(), example.text());
                    tokens(pair.addArray(), completion);
                }
            }
        });
        return specification;
    }

    /// Every word `wN` is token N.
    private static void tokens(ArrayNode target, String text) {
        for (String word : text.strip().split(" ", -1)) {
            target.add(Integer.parseInt(word.substring(1)));
        }
    }
}
