package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The data and the peers that lie beside the repository, not in it.
final class Shared {

    private static final Path FOLDER = Path.of("../../shared").toAbsolutePath().normalize();

    private Shared() {}

    /// Skips the tests where there is no such folder; where there is one, everything in it is required.
    static void require() {
        assumeTrue(Files.isDirectory(FOLDER), () -> "the folder of shared data, " + FOLDER + ", is not there");
    }

    static Path file(String path) {
        Path file = FOLDER.resolve(path);
        assertThat(file).exists();
        return file;
    }

    /// The interpreter with lm-evaluation-harness, as `./logprobe test` prepares it.
    static Optional<String> python() {
        return Optional.ofNullable(System.getenv("LOGPROBE_PYTHON")).filter(python -> !python.isBlank());
    }

    /// Runs one of the peers' scripts.
    static Outcome runPeer(String script, Object... arguments) throws IOException, InterruptedException {
        List<Object> command = new ArrayList<>(List.of(python().orElseThrow(), file("peers/" + script)));
        command.addAll(List.of(arguments));
        Outcome outcome = Outcome.of(command.toArray());
        assertThat(outcome.code()).as(outcome.out() + outcome.err()).isZero();
        return outcome;
    }
}
