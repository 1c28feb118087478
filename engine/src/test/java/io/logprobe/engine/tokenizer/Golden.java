package io.logprobe.engine.tokenizer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Reference models made with Transformers, beside the repository.
final class Golden {

    static final Path SHARED = Path.of("../../shared");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Golden() {}

    static Stream<Path> folders() {
        Path golden = SHARED.resolve("golden");
        assumeTrue(Files.isDirectory(golden), () -> golden + " is not there");
        try (Stream<Path> entries = Files.list(golden)) {
            return entries.filter(Files::isDirectory).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode read(Path folder) throws IOException {
        return JSON.readTree(folder.resolve("golden.json").toFile());
    }

    static List<JsonNode> lines(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(Golden::parse).toList();
        }
    }

    static int[] ids(JsonNode array) {
        return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
