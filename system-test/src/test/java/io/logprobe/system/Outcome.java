package io.logprobe.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// How a command ended and what it said.
///
/// @param code its exit code
/// @param out its standard output
/// @param err its standard error
record Outcome(int code, String out, String err) {

    private static final Path LAUNCHER = Path.of("../logprobe").toAbsolutePath().normalize();

    /// Runs `./logprobe` with these arguments.
    static Outcome ofLogprobe(Object... arguments) throws IOException, InterruptedException {
        return of(Stream.concat(Stream.of(LAUNCHER), Stream.of(arguments)).toArray());
    }

    /// Runs a command to its end.
    static Outcome of(Object... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("out", ".txt");
        Path err = Files.createTempFile("err", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            Stream.of(command).map(Object::toString).toList())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            // The harness' cache answers a few continuations wrongly; numbers are compared without it.
            builder.environment().put("LOGITS_CACHE", "0");
            int code = builder.start().waitFor();
            return new Outcome(code, read(out), read(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    List<String> lines() {
        return out.lines().toList();
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
