package io.logprobe.engine.cli.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A verification's files: `report.md`, `report.json`, and per part its findings and what it printed.
///
/// @param folder exists
public record VerificationReport(Path folder) {

    private static final ObjectMapper JSON = new ObjectMapper();

    Path log(Part part) {
        return folder.resolve(part.title() + ".log");
    }

    public Path findings(Part part) {
        return folder.resolve(part.title() + ".jsonl");
    }

    /// Adds a finding to a file, at once.
    public static void append(Path file, Finding finding) {
        try {
            Files.writeString(
                    file,
                    JSON.writeValueAsString(finding) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a part has found; a line that it did not finish is left out.
    List<Finding> read(Part part) throws IOException {
        List<Finding> found = new ArrayList<>();
        if (Files.exists(findings(part))) {
            for (String line : Files.readAllLines(findings(part))) {
                try {
                    found.add(JSON.readValue(line, Finding.class));
                } catch (JsonProcessingException e) {
                    break;
                }
            }
        }
        return found;
    }

    void write(List<Finding> all) {
        try {
            Files.writeString(folder.resolve("report.md"), markdown(all));
            JSON.writerWithDefaultPrettyPrinter()
                    .writeValue(
                            folder.resolve("report.json").toFile(),
                            Map.of("written", Instant.now().toString(), "findings", all));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String markdown(List<Finding> all) {
        long failed = all.stream()
                .filter(finding -> Boolean.FALSE.equals(finding.passed()))
                .count();
        long passed = all.stream()
                .filter(finding -> Boolean.TRUE.equals(finding.passed()))
                .count();
        StringBuilder text = new StringBuilder("# Verification of backend cuda\n\n")
                .append(Instant.now())
                .append(": ")
                .append(passed)
                .append(" passed, ")
                .append(failed)
                .append(" failed\n\n| part | what | value | | |\n|---|---|---|---|---|\n");
        for (Finding finding : all) {
            text.append("| ")
                    .append(String.join(
                            " | ",
                            finding.part(),
                            cell(finding.what()),
                            cell(finding.value()),
                            finding.passed() == null ? "" : finding.passed() ? "pass" : "**FAIL**",
                            cell(finding.note())))
                    .append(" |\n");
        }
        return text.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\s*\\R\\s*", " ");
    }
}
