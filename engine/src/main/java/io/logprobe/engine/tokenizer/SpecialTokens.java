package io.logprobe.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.checkpoint.JsonDocument;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Special tokens by role, as `tokenizer_config.json` and `special_tokens_map.json` declare them.
///
/// @param bos content of the beginning-of-sequence token, or null
/// @param eos content of the end-of-sequence token, or null
/// @param maxLength `model_max_length`, unless it stands for "unknown"
record SpecialTokens(String bos, String eos, OptionalInt maxLength) {

    static SpecialTokens read(Path folder) {
        Path configFile = folder.resolve("tokenizer_config.json");
        Path mapFile = folder.resolve("special_tokens_map.json");
        ObjectNode config = readIfPresent(configFile);
        ObjectNode map = readIfPresent(mapFile);
        return new SpecialTokens(
                role("bos_token", config, configFile, map, mapFile),
                role("eos_token", config, configFile, map, mapFile),
                maxLength(config));
    }

    Set<String> contents() {
        return Stream.of(bos, eos).filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
    }

    private static ObjectNode readIfPresent(Path file) {
        return Files.exists(file) ? JsonDocument.read(file) : JsonNodeFactory.instance.objectNode();
    }

    private static String role(String key, ObjectNode config, Path configFile, ObjectNode map, Path mapFile) {
        return config.has(key) ? content(key, config, configFile) : content(key, map, mapFile);
    }

    private static String content(String key, ObjectNode values, Path file) {
        JsonNode value = values.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        JsonNode content = value.isObject() ? value.path("content") : value;
        if (!content.isTextual()) {
            throw new InvalidCheckpoint(file + ": " + key + " must be a string or an object with content");
        }
        return content.textValue();
    }

    /// Transformers writes 1e30 where nobody stated a length.
    private static OptionalInt maxLength(ObjectNode config) {
        JsonNode value = config.path("model_max_length");
        boolean stated = value.isNumber() && value.doubleValue() >= 1 && value.doubleValue() <= Integer.MAX_VALUE;
        return stated ? OptionalInt.of((int) value.doubleValue()) : OptionalInt.empty();
    }
}
