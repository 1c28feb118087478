package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `./logprobe up`, interrupted while it is still starting: whatever runs by then is stopped.
class BrokenOffStartIT {

    private static final Path LAUNCHER = Path.of("../logprobe").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    private Process process;

    @AfterEach
    void killWhatIsLeft() {
        process.destroyForcibly();
        LeftProcesses.in(folder).forEach(ProcessHandle::destroyForcibly);
    }

    @ParameterizedTest
    @CsvSource({
        "INT,  database/data/PG_VERSION",
        "TERM, database/data/postmaster.pid",
        "INT,  logs/api-service.log",
    })
    void leavesNothingRunning(String signal, String signOfProgress) throws Exception {
        Path output = folder.resolve("up.out");
        Path data = folder.resolve("data");
        // Who runs tests in the background may have made them deaf to INT, and what they start with them.
        String hearing = "--default-signal=INT,TERM";
        String launcher = LAUNCHER.toString();
        process = new ProcessBuilder(
                        "env", hearing, launcher, "up", "--data", data.toString(), "--port", "0", "--hub-port", "0")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> {
            assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
            return Files.exists(data.resolve(signOfProgress));
        });

        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();

        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(LeftProcesses.in(folder)).extracting(ProcessHandle::info).isEmpty();
        assertThat(Files.readAllLines(output))
                .as("nothing is complained of, and it was not up yet")
                .noneMatch(line -> line.matches("(logprobe: (?!building)|Ready|.*Exception).*"));
    }
}
