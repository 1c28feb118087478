package io.logprobe.engine.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
                        p -> List.of(
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
        assertThat(verify(Duration.ofMillis(300), Part.DEVICE, finding(true) + "exec sleep 600"))
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
}
