package io.logprobe.engine.cli.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A verification's files: `report.md`, `report.json`, and per part its findings and what it printed.
///
/// @param folder exists
public record VerificationReport(Path folder) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LAST_LINES = 150;

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
            Map<String, List<String>> printed = printed(all);
            replace("report.md", markdown(all, printed));
            Map<String, Object> report =
                    Map.of("written", Instant.now().toString(), "findings", all, "printed", printed);
            replace("report.json", JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whoever is stopped in the middle leaves the report before.
    private void replace(String name, String text) throws IOException {
        Path written = Files.writeString(folder.resolve(name + ".part"), text);
        Files.move(written, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /// The last lines of parts of which something failed: the report must do where nobody can look again.
    private Map<String, List<String>> printed(List<Finding> all) throws IOException {
        Map<String, List<String>> printed = new LinkedHashMap<>();
        for (Finding finding : all) {
            if (finding.hasFailed() && !printed.containsKey(finding.part())) {
                List<String> lines = lines(folder.resolve(finding.part() + ".log"));
                printed.put(finding.part(), lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
            }
        }
        return printed;
    }

    /// The last line of a part's output that says something.
    String lastLine(Part part) throws IOException {
        return lines(log(part)).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                .reduce((first, second) -> second)
                .orElse("no output");
    }

    /// What crashed may have printed anything.
    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file)
                ? new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                        .lines()
                        .toList()
                : List.of();
    }

    static String markdown(List<Finding> all, Map<String, List<String>> printed) {
        long failed = all.stream().filter(Finding::hasFailed).count();
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
        printed.forEach((part, lines) -> text.append("\nWhat `")
                .append(part)
                .append("` printed last:\n\n```\n")
                .append(String.join("\n", lines))
                .append("\n```\n"));
        return text.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\s*\\R\\s*", " ");
    }
}
