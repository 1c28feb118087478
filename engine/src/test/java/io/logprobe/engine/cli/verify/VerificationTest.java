package io.logprobe.engine.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a verification makes of parts that end well, fail, crash, or do not end.
class VerificationTest {

    @TempDir
    private Path folder;

    private boolean verify(Duration limit, Part part, String script) {
        VerificationReport report = new VerificationReport(folder);
        return new Verification(
                        List.of(part),
                        p -> new ProcessBuilder(
                                "sh",
                                "-c",
                                script.replace("FINDINGS", report.findings(p).toString())),
                        report,
                        limit)
                .run();
    }

    private static String finding(boolean passed) {
        return "echo '{\"part\":\"device\",\"what\":\"a | b\",\"value\":\"7\",\"passed\":" + passed
                + ",\"note\":\"\"}' >> FINDINGS; ";
    }

    @Test
    void passesWhereEveryFindingPassed() throws IOException {
        assertThat(verify(Duration.ofMinutes(1), Part.DEVICE, finding(true))).isTrue();

        assertThat(Files.readString(folder.resolve("report.md"))).contains("| device | a \\| b | 7 | pass |  |");
        assertThat(Files.readString(folder.resolve("report.json"))).contains("\"what\" : \"a | b\"");
    }

    @Test
    void failsWhereAFindingFailed() {
        assertThat(verify(Duration.ofMinutes(1), Part.DEVICE, finding(false))).isFalse();
    }

    @Test
    void aPartThatCrashesKeepsWhatItFoundAndIsReportedWithItsLastLine() throws IOException {
        assertThat(verify(Duration.ofMinutes(1), Part.DEVICE, finding(true) + "echo the reason; exit 134"))
                .isFalse();

        assertThat(Files.readString(folder.resolve("report.md")))
                .contains("| 7 | pass |")
                .contains("ended with 134")
                .contains("the reason");
    }

    @Test
    void aPartThatDoesNotEndIsStopped() throws IOException {
        assertThat(verify(Duration.ofSeconds(3), Part.DEVICE, finding(true) + "exec sleep 600"))
                .isFalse();

        assertThat(Files.readString(folder.resolve("report.md")))
                .contains("| 7 | pass |")
                .contains("stopped");
    }

    @Test
    void partsWithoutTimeLeftAreNamed() throws IOException {
        assertThat(verify(Duration.ZERO, Part.HEAD, finding(true))).isFalse();

        assertThat(Files.readString(folder.resolve("report.md"))).contains("| head | not run |");
    }

    @Test
    void whatAPartThatIsStoppedHasStartedIsStoppedToo() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        CompletableFuture<String> untilNobodyWrites = CompletableFuture.supplyAsync(() -> read(pipe));

        verify(Duration.ofSeconds(3), Part.TRANSFORMERS, "(echo started; sleep 600) >" + pipe + " & wait");

        assertThat(untilNobodyWrites).succeedsWithin(Duration.ofMinutes(1)).isEqualTo("started\n");
    }

    @Test
    void aPartThatIsStoppedSaysWhereItWas() throws IOException {
        verify(Duration.ofSeconds(3), Part.DEVICE, "trap 'echo waiting in line 7' QUIT; while :; do sleep 0.1; done");

        assertThat(Files.readString(folder.resolve("report.md"))).contains("stopped", "waiting in line 7");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theReportHoldsWhatAFailedPartPrinted() throws IOException {
        verify(Duration.ofMinutes(1), Part.DEVICE, "echo 'at line 7'; printf '\\377\\n'; exit 3");

        assertThat(Files.readString(folder.resolve("report.md"))).contains("What `device` printed last:", "at line 7");
        assertThat(Files.readString(folder.resolve("report.json"))).contains("\"at line 7\"");
    }

    @Test
    void everyPartHasItsShareOfTheTimeWhateverThoseBeforeItTook() {
        List<Part> parts = List.of(Part.values());
        Duration left = Duration.ofSeconds(570);
        List<Long> seconds = new ArrayList<>();

        for (int i = 0; i < parts.size(); i++) {
            Duration taken = parts.get(i).limit(left, parts.subList(i + 1, parts.size()));
            seconds.add(taken.toSeconds());
            left = left.minus(taken);
        }

        assertThat(seconds).containsExactly(20L, 60L, 80L, 30L, 30L, 25L, 30L, 40L, 60L, 85L, 110L);
    }

    @Test
    void timeThatAPartLeavesGoesToThoseAfterIt() {
        Duration whole = Part.OPT_66B.limit(Duration.ofSeconds(195), List.of(Part.TRANSFORMERS));
        Duration more = Part.OPT_66B.limit(Duration.ofSeconds(390), List.of(Part.TRANSFORMERS));

        assertThat(whole).isEqualTo(Duration.ofSeconds(85));
        assertThat(more).isEqualTo(Duration.ofSeconds(170));
        assertThat(Part.TRANSFORMERS.limit(Duration.ofSeconds(299), List.of())).isEqualTo(Duration.ofSeconds(299));
    }
}
