package io.logprobe.engine.cli.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Runs the parts one after the other, each in a process of its own: a part that crashes, or spoils the device's
/// context, or does not end, takes nothing else with it. What it has found until then counts. The report is written
/// after every part.
///
/// @param parts in order
/// @param command the command line of the process that runs a part and writes its findings to the given file
/// @param report where the report goes
/// @param limit bound on all parts together
public record Verification(
        List<Part> parts, Function<Part, List<String>> command, VerificationReport report, Duration limit) {

    /// Whether nothing failed.
    public boolean run() {
        long end = System.nanoTime() + limit.toNanos();
        List<Finding> all = new ArrayList<>();
        for (Part part : parts) {
            long left = end - System.nanoTime();
            all.addAll(
                    left > 0
                            ? findings(part, Math.min(left, part.limit().toNanos()))
                            : List.of(Finding.failed(part, "not run", "no time was left")));
            report.write(all);
        }
        return all.stream().noneMatch(finding -> Boolean.FALSE.equals(finding.passed()));
    }

    private List<Finding> findings(Part part, long nanoseconds) {
        List<Finding> found = new ArrayList<>();
        long start = System.nanoTime();
        try {
            Path output = report.log(part);
            Files.deleteIfExists(report.findings(part));
            Process process = new ProcessBuilder(command.apply(part))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(nanoseconds, TimeUnit.NANOSECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            found.addAll(report.read(part));
            String seconds = "%.1f s".formatted((System.nanoTime() - start) / 1e9);
            if (!ended) {
                found.add(Finding.failed(part, "stopped", "not done after " + seconds));
            } else if (process.exitValue() != 0) {
                found.add(Finding.failed(
                        part, "ended with " + process.exitValue() + " after " + seconds, lastLine(output)));
            } else {
                found.add(Finding.figure(part, "duration", seconds, ""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            found.add(Finding.failed(part, "interrupted", ""));
        }
        return found;
    }

    private static String lastLine(Path output) throws IOException {
        return Files.readAllLines(output).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                .reduce((first, second) -> second)
                .orElse("no output");
    }
}
