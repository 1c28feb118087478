package io.logprobe.engine.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.engine.failure.FileFault;
import io.logprobe.engine.failure.InvalidInput;
import java.io.IOException;
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
        return lastLine("score", command);
    }

    static Path temporary(String suffix) {
        try {
            Path file = Files.createTempFile("logprobe-bench", suffix);
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The last line of a process's output.
    ///
    /// @param name what to call it in a complaint, which repeats the last line of its errors
    static JsonNode lastLine(String name, List<String> command) {
        Path errors = temporary(".log");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new InvalidInput(name + " failed: " + last(Files.readString(errors)));
            }
            return JSON.readTree(last(output));
        } catch (JsonProcessingException e) {
            throw new InvalidInput(name + " printed no result", e);
        } catch (IOException e) {
            throw new InvalidInput(name + " cannot be run: " + FileFault.describe(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidInput("interrupted", e);
        }
    }

    private static String last(String text) {
        return text.strip().lines().reduce("", (before, line) -> line).replaceFirst("^logprobe: ", "");
    }
}
