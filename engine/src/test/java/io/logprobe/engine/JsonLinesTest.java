package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.logprobe.engine.failure.InvalidInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLinesTest {

    @TempDir
    Path folder;

    @Test
    void readsRowsAndIgnoresFurtherColumnsAndEmptyLines() throws IOException {
        Path file = write("""
                {"text": "The sky is", "classes": [" blue", " green"], "target": 0, "source": {"id": 7}}

                {"classes": ["x"], "text": ""}
                {"text": "a", "classes": ["b"], "target": null}
                """);

        List<Example> examples = JsonLines.read(file, Integer.MAX_VALUE);

        assertThat(examples)
                .containsExactly(
                        new Example("The sky is", List.of(" blue", " green"), 0),
                        new Example("", List.of("x"), null),
                        new Example("a", List.of("b"), null));
    }

    @Test
    void readsNoFurtherThanTheLimit() throws IOException {
        Path file = write("{\"text\": \"a\", \"classes\": [\"b\"]}\nnot json\n");

        assertThat(JsonLines.read(file, 1)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"classes\": [\"b\"]} | column text is missing",
                "{\"text\": 3, \"classes\": [\"b\"]} | text is not a string",
                "{\"text\": \"a\"} | column classes is missing",
                "{\"text\": \"a\", \"classes\": \"b\"} | classes is not a list",
                "{\"text\": \"a\", \"classes\": []} | classes is missing or empty",
                "{\"text\": \"a\", \"classes\": [\"b\", null]} | classes[1] is not a string",
                "{\"text\": \"a\", \"classes\": [\"b\"], \"target\": \"0\"} | target is not an integer",
                "{\"text\": \"a\", \"classes\": [\"b\"], \"target\": 1} | target 1 is not an index into the 1 classes",
                "{\"text\": \"a\", \"classes\": [\"b\"], \"target\": -1} | target -1 is not an index into the 1 classes",
                "[1] | is not a JSON object",
                "{\"text\": | is not JSON: line 1, column 9: it ends within a value",
                "{} {} | is not JSON: line 1, column 4: something follows the value"
            })
    void namesFileLineAndFieldOfABadRow(String row, String problem) throws IOException {
        Path file = write("{\"text\": \"a\", \"classes\": [\"b\"]}\n" + row + "\n");

        assertThatExceptionOfType(InvalidInput.class)
                .isThrownBy(() -> JsonLines.read(file, Integer.MAX_VALUE))
                .withMessageContaining(file + " line 2")
                .withMessageContaining(problem);
    }

    @Test
    void refusesWhatIsNotUtf8() throws IOException {
        Path file = folder.resolve("rows.jsonl");
        Files.write(file, new byte[] {'{', (byte) 0xff, '}'});

        assertThatExceptionOfType(InvalidInput.class)
                .isThrownBy(() -> JsonLines.read(file, 1))
                .withMessageContaining("not UTF-8");
    }

    @Test
    void refusesAMissingFile() {
        assertThatExceptionOfType(InvalidInput.class)
                .isThrownBy(() -> JsonLines.read(folder.resolve("none.jsonl"), 1))
                .withMessageContaining("none.jsonl");
    }

    private Path write(String content) throws IOException {
        return Files.writeString(folder.resolve("rows.jsonl"), content);
    }
}
