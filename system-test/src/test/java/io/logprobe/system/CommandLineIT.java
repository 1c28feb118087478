package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `./logprobe score` as a user types it: what is wrong is one line and exit code 2, and nothing stays behind.
class CommandLineIT {

    private static final Path TINY = Path.of("../standalone/src/main/resources/demo/models/opt-59k");
    private static final String GOOD_ROW = """
            {"text": "The nurse said that", "classes": [" he", " she"], "target": 1}
            """;

    @TempDir
    Path folder;

    private Path model;
    private Path input;
    private Path output;

    @BeforeEach
    void copyModel() throws IOException {
        model = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(TINY)) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName().toString()));
            }
        }
        input = folder.resolve("in.jsonl");
        output = folder.resolve("out.jsonl");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"text": "a", "target": 0}                              | classes
            {"classes": [" b"], "target": 0}                        | text
            {"text": "a", "classes": [" b", " c"], "target": 2}     | target
            {"text": "a", "classes": [" b", " c"], "target": -1}    | target
            {"text": "a", "classes": "b", "target": 0}              | classes
            {"text": "a", "classes": [" b"],                        | line 2
            """)
    void badRowIsNamedByItsLine(String row, String offender) throws Exception {
        Files.writeString(input, GOOD_ROW + row + "\n");

        Outcome outcome = score();

        assertRefused(outcome, "line 2", offender);
    }

    @Test
    void unknownModelIsNamed() throws Exception {
        Files.writeString(input, GOOD_ROW);

        Outcome outcome =
                Outcome.ofLogprobe("score", "--model", folder.resolve("nobody"), "--input", input, "--output", output);

        assertRefused(outcome, "nobody");
    }

    @Test
    void unknownDatasetIsNamed() throws Exception {
        Outcome outcome = score();

        assertRefused(outcome, "in.jsonl");
    }

    @Test
    void architectureThatIsNotThereIsNamed() throws Exception {
        Files.writeString(input, GOOD_ROW);
        Files.writeString(model.resolve("config.json"), "{\"model_type\": \"mamba\"}");

        assertRefused(score(), "config.json", "mamba");
    }

    @Test
    void truncatedWeightsAreNamedByFile() throws Exception {
        Files.writeString(input, GOOD_ROW);
        Path weights = model.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 12));

        assertRefused(score(), "model.safetensors");
    }

    @Test
    void overlongTextIsCountedAndSaidSo() throws Exception {
        Files.writeString(input, """
                {"text": "%s", "classes": [" he", " she"], "target": 1}
                """.formatted("The nurse said that ".repeat(100)) + GOOD_ROW);

        Outcome outcome = score("--summary", "json");

        assertThat(outcome.code()).as(outcome.err()).isZero();
        List<String> rows = Files.readAllLines(output);
        assertThat(new ObjectMapper().readTree(rows.get(0)).path("truncated").asBoolean())
                .isTrue();
        assertThat(new ObjectMapper().readTree(rows.get(1)).path("truncated").asBoolean())
                .isFalse();
        JsonNode summary = new ObjectMapper().readTree(outcome.lines().getLast());
        assertThat(summary.path("truncated").asInt()).as(summary.toString()).isEqualTo(1);
    }

    private Outcome score(Object... more) throws IOException, InterruptedException {
        return Outcome.ofLogprobe(Stream.concat(
                        Stream.of("score", "--model", model, "--input", input, "--output", output), Stream.of(more))
                .toArray());
    }

    private void assertRefused(Outcome outcome, String... parts) throws IOException {
        assertThat(outcome.code()).as(outcome.out() + outcome.err()).isEqualTo(2);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err()).contains(parts);
        assertThat(outcome.out()).isEmpty();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(file -> file.getFileName().toString())).isSubsetOf("model", "in.jsonl");
        }
    }
}
