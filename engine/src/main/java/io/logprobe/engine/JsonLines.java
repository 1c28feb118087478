package io.logprobe.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.logprobe.engine.checkpoint.JsonFault;
import io.logprobe.engine.failure.FileFault;
import io.logprobe.engine.failure.InvalidInput;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads examples, one JSON object per line: `{"text": …, "classes": […], "target": i}`. `target` may be absent or
/// null; further columns are ignored, and so are empty lines.
public final class JsonLines {

    private static final ObjectReader OBJECT =
            JsonMapper.builder().build().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonLines() {}

    /// The examples of a file, in order.
    ///
    /// @param limit read at most this many examples
    /// @throws InvalidInput naming file, line and field
    public static List<Example> read(Path file, int limit) {
        List<Example> examples = new ArrayList<>();
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null && examples.size() < limit; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    examples.add(parse(line, file + " line " + number));
                }
            }
        } catch (CharacterCodingException e) {
            throw new InvalidInput(file + " line " + (number + 1) + " or after is not UTF-8", e);
        } catch (IOException e) {
            throw new InvalidInput(file + " cannot be read: " + FileFault.describe(e), e);
        }
        return examples;
    }

    /// One example.
    ///
    /// @param where names the row in messages
    public static Example parse(String json, String where) {
        JsonNode row;
        try {
            row = OBJECT.readTree(json);
        } catch (JsonProcessingException e) {
            throw new InvalidInput(where + " is not JSON: " + JsonFault.describe(e), e);
        }
        if (!row.isObject()) {
            throw new InvalidInput(where + " is not a JSON object");
        }
        try {
            return new Example(text(row), classes(row), target(row));
        } catch (InvalidInput e) {
            throw new InvalidInput(where + ": " + e.getMessage(), e);
        }
    }

    private static String text(JsonNode row) {
        JsonNode text = row.path("text");
        if (text.isMissingNode()) {
            throw new InvalidInput("column text is missing");
        }
        if (!text.isTextual()) {
            throw new InvalidInput("text is not a string");
        }
        return text.textValue();
    }

    private static List<String> classes(JsonNode row) {
        JsonNode classes = row.path("classes");
        if (classes.isMissingNode()) {
            throw new InvalidInput("column classes is missing");
        }
        if (!classes.isArray()) {
            throw new InvalidInput("classes is not a list");
        }
        List<String> completions = new ArrayList<>();
        for (JsonNode completion : classes) {
            if (!completion.isTextual()) {
                throw new InvalidInput("classes[" + completions.size() + "] is not a string");
            }
            completions.add(completion.textValue());
        }
        return completions;
    }

    private static Integer target(JsonNode row) {
        JsonNode target = row.path("target");
        if (target.isMissingNode() || target.isNull()) {
            return null;
        }
        if (!target.isIntegralNumber() || !target.canConvertToInt()) {
            throw new InvalidInput("target is not an integer");
        }
        return target.intValue();
    }
}
