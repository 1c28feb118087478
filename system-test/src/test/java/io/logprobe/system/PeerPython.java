package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The Python with lm-evaluation-harness that figures are compared with: the one that `LOGPROBE_PEER_PYTHON` names, or
/// one that the peers' own script sets up.
final class PeerPython {

    private static final Path PEERS =
            Path.of("../../shared/peers").toAbsolutePath().normalize();
    private static final Path ENVIRONMENT =
            Path.of("../.logprobe/peer").toAbsolutePath().normalize();

    private final String python;

    private PeerPython(String python) {
        this.python = python;
    }

    static boolean isDescribed() {
        return Files.isExecutable(PEERS.resolve("setup.sh"));
    }

    static PeerPython prepare() throws IOException, InterruptedException {
        String given = System.getenv("LOGPROBE_PEER_PYTHON");
        if (given != null) {
            return new PeerPython(given);
        }
        Path python = ENVIRONMENT.resolve("bin/python");
        Path complete = ENVIRONMENT.resolve("complete");
        if (!Files.exists(complete)) {
            Files.createDirectories(ENVIRONMENT.getParent());
            execute(List.of(PEERS.resolve("setup.sh").toString(), ENVIRONMENT.toString()));
            Files.createFile(complete);
        }
        return new PeerPython(python.toString());
    }

    /// Runs one of the peers' scripts and returns what it printed.
    String run(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(python, PEERS.resolve(script).toString()));
        command.addAll(List.of(arguments));
        return execute(command);
    }

    static String execute(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // The harness' cache answers a few continuations wrongly; numbers are compared without it.
        builder.environment().put("LOGITS_CACHE", "0");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
