package io.logprobe.engine.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.engine.failure.InvalidInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Scores a file in a process of its own, as a user would: a warm process would flatter.
public final class ScoringProcess {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ScoringProcess() {}

    /// This engine's summary.
    ///
    /// @param limit null for all rows
    public static JsonNode ours(Path model, Path input, String dtype, Integer limit) {
        Path output = temporary(".jsonl");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), "io.logprobe.engine.cli.EngineCommand", "score"));
        command.addAll(List.of("--model", model.toString(), "--input", input.toString()));
        command.addAll(List.of("--output", output.toString(), "--dtype", dtype, "--backend", "cpu"));
        command.addAll(List.of("--summary", "json"));
        if (limit != null) {
            command.addAll(List.of("--limit", limit.toString()));
        }
        return lastLine(command);
    }

    /// Pairs per second of lm-evaluation-harness, the model's loading apart.
    public static double lmEval(Path python, Path model, Path input, String dtype, int batch, Integer limit) {
        Path script = temporary(".py");
        try (InputStream source = ScoringProcess.class.getResourceAsStream("lm_eval_pairs.py")) {
            Files.write(script, source.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lastLine(List.of(
                        python.toString(),
                        script.toString(),
                        model.toString(),
                        input.toString(),
                        dtype,
                        Integer.toString(batch),
                        limit == null ? "0" : limit.toString()))
                .get("pairs_per_s")
                .doubleValue();
    }

    private static Path temporary(String suffix) {
        try {
            Path file = Files.createTempFile("logprobe-bench", suffix);
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode lastLine(List<String> command) {
        Path errors = temporary(".log");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new InvalidInput(command.getFirst() + " failed: "
                        + Files.readString(errors).strip());
            }
            return JSON.readTree(output.strip().lines().toList().getLast());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidInput("interrupted", e);
        }
    }
}
