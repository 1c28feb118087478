package io.logprobe.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.checkpoint.JsonDocument;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;

/// `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json`; each may be absent. A role that the
/// first file states, even as `null`, is not looked up in the second. Where no file states any role, the tokens are
/// those of Transformers' class.
final class TokenizerConfig {

    private static final List<String> ROLES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private static final Defaults END_OF_TEXT = new Defaults("<|endoftext|>", "<|endoftext|>");
    private static final Defaults SENTENCE = new Defaults("<s>", "</s>");

    private static final Map<String, Defaults> DEFAULTS = Map.of(
            "GPT2Tokenizer", END_OF_TEXT,
            "CodeGenTokenizer", END_OF_TEXT,
            "GPTNeoXTokenizer", END_OF_TEXT,
            "Qwen2Tokenizer", new Defaults(null, "<|endoftext|>"),
            "LlamaTokenizer", SENTENCE,
            "BloomTokenizer", SENTENCE,
            "GemmaTokenizer", new Defaults("<bos>", "<eos>"));

    /// The class that Transformers takes for a `model_type` where `tokenizer_class` is not stated.
    private static final Map<String, String> CLASSES = Map.ofEntries(
            Map.entry("gpt2", "GPT2Tokenizer"),
            Map.entry("gpt_neo", "GPT2Tokenizer"),
            Map.entry("gptj", "GPT2Tokenizer"),
            Map.entry("gpt_bigcode", "GPT2Tokenizer"),
            Map.entry("starcoder2", "GPT2Tokenizer"),
            Map.entry("opt", "GPT2Tokenizer"),
            Map.entry("codegen", "CodeGenTokenizer"),
            Map.entry("phi", "CodeGenTokenizer"),
            Map.entry("gpt_neox", "GPTNeoXTokenizer"),
            Map.entry("mpt", "GPTNeoXTokenizer"),
            Map.entry("stablelm", "GPTNeoXTokenizer"),
            Map.entry("olmo", "GPTNeoXTokenizer"),
            Map.entry("qwen2", "Qwen2Tokenizer"),
            Map.entry("qwen2_moe", "Qwen2Tokenizer"),
            Map.entry("qwen3", "Qwen2Tokenizer"),
            Map.entry("qwen3_moe", "Qwen2Tokenizer"),
            Map.entry("llama", "LlamaTokenizer"),
            Map.entry("mistral", "LlamaTokenizer"),
            Map.entry("mixtral", "LlamaTokenizer"),
            Map.entry("phi3", "LlamaTokenizer"),
            Map.entry("bloom", "BloomTokenizer"),
            Map.entry("gemma", "GemmaTokenizer"),
            Map.entry("gemma2", "GemmaTokenizer"),
            Map.entry("gemma3_text", "GemmaTokenizer"));

    private record Defaults(String bos, String eos) {}

    private final Path folder;
    private final Path configFile;
    private final ObjectNode config;
    private final Path mapFile;
    private final ObjectNode map;
    private final Path addedFile;
    private final ObjectNode added;

    private TokenizerConfig(Path folder) {
        this.folder = folder;
        configFile = folder.resolve("tokenizer_config.json");
        config = readIfPresent(configFile);
        mapFile = folder.resolve("special_tokens_map.json");
        map = readIfPresent(mapFile);
        addedFile = folder.resolve("added_tokens.json");
        added = readIfPresent(addedFile);
    }

    static TokenizerConfig read(Path folder) {
        return new TokenizerConfig(folder);
    }

    Optional<String> bos() {
        return statesRole()
                ? role("bos_token").map(AddedToken::content)
                : defaults().map(Defaults::bos);
    }

    Optional<String> eos() {
        return statesRole()
                ? role("eos_token").map(AddedToken::content)
                : defaults().map(Defaults::eos);
    }

    /// Name of Transformers' class, without the `Fast` of its compiled variant.
    Optional<String> tokenizerClass() {
        JsonNode stated = config.path("tokenizer_class");
        if (stated.isTextual()) {
            return Optional.of(stated.textValue().replaceFirst("Fast$", ""));
        }
        String modelType =
                readIfPresent(folder.resolve("config.json")).path("model_type").asText();
        return Optional.ofNullable(CLASSES.get(modelType));
    }

    private boolean statesRole() {
        return ROLES.stream().anyMatch(role -> config.has(role) || map.has(role));
    }

    private Optional<Defaults> defaults() {
        return tokenizerClass().map(DEFAULTS::get);
    }

    boolean flag(String key) {
        JsonNode value = config.path(key);
        if (value.isMissingNode() || value.isNull() || value.isBoolean()) {
            return value.asBoolean(false);
        }
        throw new InvalidCheckpoint(configFile + ": " + key + " must be true or false");
    }

    /// `model_max_length`; Transformers writes 1e30 where nobody stated one.
    OptionalInt maxLength() {
        JsonNode value = config.path("model_max_length");
        boolean stated = value.isNumber() && value.doubleValue() >= 1 && value.doubleValue() <= Integer.MAX_VALUE;
        return stated ? OptionalInt.of((int) value.doubleValue()) : OptionalInt.empty();
    }

    /// All tokens that are declared outside of the vocabulary, in the order in which those that the vocabulary lacks
    /// get their ids.
    Collection<AddedToken> addedTokens() {
        Map<Integer, AddedToken> byId = new TreeMap<>();
        if (config.get("added_tokens_decoder") instanceof ObjectNode decoder) {
            decoder.properties().forEach(entry -> {
                int id = id(entry.getKey());
                byId.put(id, declared(id, entry.getValue()));
            });
        }
        for (Map.Entry<String, JsonNode> entry : added.properties()) {
            if (!entry.getValue().canConvertToInt()) {
                throw new InvalidCheckpoint(addedFile + ": the id of '" + entry.getKey() + "' must be an integer");
            }
            int id = entry.getValue().intValue();
            byId.putIfAbsent(id, AddedToken.plain(entry.getKey(), false, OptionalInt.of(id)));
        }
        Map<String, AddedToken> tokens = new LinkedHashMap<>();
        byId.values().forEach(token -> tokens.put(token.content(), token));
        ROLES.stream()
                .flatMap(role -> role(role).stream())
                .forEach(token -> tokens.putIfAbsent(token.content(), token));
        if (!statesRole()) {
            Stream.concat(bos().stream(), eos().stream())
                    .map(content -> AddedToken.plain(content, true, OptionalInt.empty()))
                    .forEach(token -> tokens.putIfAbsent(token.content(), token));
        }
        String more = "additional_special_tokens";
        for (JsonNode token : config.has(more) ? config.path(more) : map.path(more)) {
            AddedToken special = special(more, token, configFile);
            tokens.putIfAbsent(special.content(), special);
        }
        return tokens.values();
    }

    private Optional<AddedToken> role(String key) {
        boolean stated = config.has(key);
        JsonNode value = stated ? config.get(key) : map.path(key);
        return value.isMissingNode() || value.isNull()
                ? Optional.empty()
                : Optional.of(special(key, value, stated ? configFile : mapFile));
    }

    private static AddedToken special(String key, JsonNode value, Path file) {
        JsonNode content = value.isObject() ? value.path("content") : value;
        if (!content.isTextual() || content.textValue().isEmpty()) {
            throw new InvalidCheckpoint(file + ": " + key + " must be a string or an object with content");
        }
        return token(content.textValue(), value, true, OptionalInt.empty());
    }

    private AddedToken declared(int id, JsonNode value) {
        JsonNode content = value.path("content");
        if (!content.isTextual() || content.textValue().isEmpty()) {
            throw new InvalidCheckpoint(configFile + ": added_tokens_decoder[" + id + "] has no content");
        }
        return token(content.textValue(), value, value.path("special").asBoolean(), OptionalInt.of(id));
    }

    private static AddedToken token(String content, JsonNode flags, boolean special, OptionalInt id) {
        return new AddedToken(
                content,
                flags.path("lstrip").asBoolean(),
                flags.path("rstrip").asBoolean(),
                flags.path("single_word").asBoolean(),
                flags.path("normalized").asBoolean(),
                special,
                id);
    }

    private int id(String key) {
        try {
            return Integer.parseInt(key);
        } catch (NumberFormatException e) {
            throw new InvalidCheckpoint(configFile + ": added_tokens_decoder: '" + key + "' is not an id", e);
        }
    }

    private static ObjectNode readIfPresent(Path file) {
        return Files.exists(file) ? JsonDocument.read(file) : JsonNodeFactory.instance.objectNode();
    }
}
