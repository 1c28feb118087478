package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./logprobe up`, whose data folder somebody deletes.
class DeletedDataIT {

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

    @Test
    void everythingEndsAndSaysWhy() throws Exception {
        Path data = folder.toRealPath().resolve("data");
        Path out = folder.resolve("up.out");
        Path err = folder.resolve("up.err");
        process = new ProcessBuilder(
                        LAUNCHER.toString(), "up", "--data", data.toString(), "--port", "0", "--hub-port", "0")
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        await().atMost(PATIENCE).until(() -> isReady(out, err));

        Outcome.of("rm", "-rf", data);

        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(Files.readAllLines(err))
                .contains("logprobe: the data folder " + data + " is gone: everything is stopped");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(LeftProcesses.in(folder))
                .extracting(ProcessHandle::info)
                .isEmpty());
    }

    private boolean isReady(Path out, Path err) throws IOException {
        assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
        return Files.readString(out).contains("Ready");
    }
}
