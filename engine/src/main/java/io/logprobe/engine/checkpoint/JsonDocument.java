package io.logprobe.engine.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.failure.FileFault;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/// Reads JSON that nobody vouches for: bounded size, depth, strings and numbers; no duplicate keys; nothing after the
/// document.
public final class JsonDocument {

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(Limits.JSON_DEPTH)
                            .maxStringLength(Limits.JSON_STRING_LENGTH)
                            .maxNumberLength(Limits.JSON_NUMBER_LENGTH)
                            .maxDocumentLength(Limits.JSON_BYTES)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // Python's json module writes NaN and Infinity.
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonDocument() {}

    /// The object that a file consists of.
    ///
    /// @throws InvalidCheckpoint when the file is missing, too long, not JSON or not an object
    public static ObjectNode read(Path file) {
        return parse(file.toString(), readBytes(file));
    }

    /// The object that UTF-8 text consists of; `source` is named in failures.
    public static ObjectNode parse(String source, byte[] json) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new InvalidCheckpoint(source + ": not valid JSON: " + JsonFault.describe(e), e);
        } catch (IOException e) {
            throw new InvalidCheckpoint(source + ": not valid JSON: " + e.getMessage(), e);
        }
        if (root instanceof ObjectNode object) {
            return object;
        }
        throw new InvalidCheckpoint(source + ": expected a JSON object");
    }

    static byte[] readBytes(Path file) {
        try (var channel = Files.newInputStream(file)) {
            long size = Files.size(file);
            if (size > Limits.JSON_BYTES) {
                throw new InvalidCheckpoint(
                        file + ": " + size + " bytes of JSON, more than the limit of " + Limits.JSON_BYTES);
            }
            byte[] bytes = new byte[Math.toIntExact(size)];
            int count = channel.readNBytes(bytes, 0, bytes.length);
            return Arrays.copyOf(bytes, count);
        } catch (NoSuchFileException e) {
            throw new InvalidCheckpoint(file + ": no such file", e);
        } catch (IOException e) {
            throw new InvalidCheckpoint(file + ": cannot be read: " + FileFault.describe(e), e);
        }
    }
}
