package io.logprobe.engine.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The command line in a process of its own, which can be killed and whose libraries can be replaced.
record EngineProcess(Process process) {

    /// @param environment added to that of the tests
    static EngineProcess start(Map<String, String> environment, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                EngineCommand.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        return new EngineProcess(builder.start());
    }

    /// Reads what the process says on standard error until it says `part`.
    void awaitLine(String part) throws IOException {
        var err = process.errorReader(StandardCharsets.UTF_8);
        for (String line = err.readLine(); line != null; line = err.readLine()) {
            if (line.contains(part)) {
                return;
            }
        }
        throw new AssertionError("the process ended before it said: " + part);
    }

    /// What the engine itself says on standard error from now on, until it ends.
    List<String> errors() throws IOException {
        try (var err = process.errorReader(StandardCharsets.UTF_8)) {
            return err.lines().filter(line -> line.startsWith("logprobe: ")).toList();
        }
    }
}
