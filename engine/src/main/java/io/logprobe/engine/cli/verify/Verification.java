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
/// @param process what runs a part and writes its findings to the given file
/// @param report where the report goes
/// @param limit bound on all parts together
public record Verification(
        List<Part> parts, Function<Part, ProcessBuilder> process, VerificationReport report, Duration limit) {

    /// A process that waits for a driver may not end even so.
    private static final int SECONDS_TO_TELL = 1;
    private static final int SECONDS_TO_END = 5;

    /// Whether nothing failed.
    public boolean run() {
        long end = System.nanoTime() + limit.toNanos();
        List<Finding> all = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            Duration left = Duration.ofNanos(end - System.nanoTime());
            all.addAll(
                    left.isPositive()
                            ? findings(part, part.limit(left, parts.subList(i + 1, parts.size())))
                            : List.of(Finding.failed(part, "not run", "no time was left")));
            report.write(all);
        }
        return all.stream().noneMatch(Finding::hasFailed);
    }

    private List<Finding> findings(Part part, Duration time) {
        List<Finding> found = new ArrayList<>();
        long start = System.nanoTime();
        try {
            Path output = report.log(part);
            Files.deleteIfExists(report.findings(part));
            Process running = process.apply(part)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = running.waitFor(time);
            boolean gone = ended || isStopped(running);
            found.addAll(report.read(part));
            String seconds = "%.1f s".formatted((System.nanoTime() - start) / 1e9);
            if (!ended) {
                found.add(Finding.failed(
                        part, "stopped", "not done after " + seconds + (gone ? "" : ", and does not end when killed")));
            } else if (running.exitValue() != 0) {
                found.add(Finding.failed(
                        part, "ended with " + running.exitValue() + " after " + seconds, report.lastLine(part)));
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

    /// Ends a process and those that it has started, which would keep the device. Before that it prints where its
    /// threads are, as Java does when told to quit.
    private static boolean isStopped(Process running) throws InterruptedException {
        List<ProcessHandle> started = running.descendants().toList();
        try {
            // Every shell has a kill of its own; not every host has the program.
            new ProcessBuilder("sh", "-c", "kill -QUIT " + running.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            running.waitFor(SECONDS_TO_TELL, TimeUnit.SECONDS);
        } catch (IOException e) {
            return isKilled(running, started); // untold
        }
        return isKilled(running, started);
    }

    private static boolean isKilled(Process running, List<ProcessHandle> started) throws InterruptedException {
        running.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
        return running.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
    }
}
