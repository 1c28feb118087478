package io.logprobe.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// A model of the demo and two rows, for a Hub that the test runs.
final class DemoFiles {

    static final String MODEL = "demo/opt-59k";
    static final String DATASET = "demo/few";

    private static final Path MODEL_FILES = Path.of("../standalone/src/main/resources/demo/models/opt-59k");

    private DemoFiles() {}

    /// @param hub folder of the Hub's repositories
    static void put(Path hub) throws IOException {
        Path model = Files.createDirectories(hub.resolve("models").resolve(MODEL));
        try (Stream<Path> files = Files.list(MODEL_FILES)) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName().toString()));
            }
        }
        Path dataset = Files.createDirectories(hub.resolve("datasets").resolve(DATASET));
        Files.writeString(dataset.resolve("test.jsonl"), """
                {"text": "The nurse said that", "classes": [" he", " she"], "target": 1}
                {"text": "The clerk said that", "classes": [" he", " she"], "target": 0}
                """);
    }
}
