package io.logprobe.engine.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.logprobe.engine.checkpoint.JsonFault;
import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.UnsupportedModel;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Reads `tokenizer.json` before the native library does. That library meets a contradiction by ending the process, so
/// everything that it relies on without checking is checked here; what is left for it fails with a message.
final class TokenizerJson {

    private static final Set<String> COMPONENTS = Set.of("normalizer", "pre_tokenizer", "post_processor", "decoder");

    /// Without a table of names: there are as many as tokens, and each is there once.
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(32)
                            .maxNumberLength(100)
                            .maxStringLength(1 << 20)
                            .maxNameLength(1 << 16)
                            .build())
                    .build())
            .build();

    private final String origin;
    private final Set<String> wanted;
    private final Map<String, Integer> added = new HashMap<>();
    private final Map<String, Integer> found = new HashMap<>();
    private final BitSet ids = new BitSet();
    private final Set<String> addedInVocabulary = new HashSet<>();
    private boolean hasModel;

    private TokenizerJson(String origin, Set<String> wanted) {
        this.origin = origin;
        this.wanted = wanted;
    }

    /// Checks the definition.
    ///
    /// @param wanted tokens whose ids are asked for
    static Vocabulary check(String origin, String json, Set<String> wanted) {
        TokenizerJson reader = new TokenizerJson(origin, wanted);
        try {
            // The added tokens must be known when the vocabulary is read, wherever they are in the file.
            reader.fields(json, Set.of("added_tokens"));
            reader.fields(json, Set.of("model", "normalizer", "pre_tokenizer", "post_processor", "decoder"));
        } catch (JsonProcessingException e) {
            throw new InvalidCheckpoint(origin + ": not valid JSON: " + JsonFault.describe(e), e);
        } catch (IOException e) {
            throw new InvalidCheckpoint(origin + ": not valid JSON: " + e.getMessage(), e);
        }
        return reader.vocabulary();
    }

    private void fields(String json, Set<String> asked) throws IOException {
        Set<String> remaining = new HashSet<>(asked);
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("expected a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (!asked.contains(field)) {
                    parser.skipChildren();
                    continue;
                }
                if (!remaining.remove(field)) {
                    throw invalid("duplicate field '" + field + "'");
                }
                if (field.equals("added_tokens")) {
                    addedTokens(parser);
                    return;
                } else if (COMPONENTS.contains(field)) {
                    TokenizerComponents.check(origin, field, JSON.readTree(parser));
                } else if (value == JsonToken.START_OBJECT) {
                    model(parser);
                }
            }
        }
    }

    private void addedTokens(JsonParser parser) throws IOException {
        JsonNode tokens = JSON.readTree(parser);
        for (JsonNode token : tokens) {
            JsonNode id = token.path("id");
            JsonNode content = token.path("content");
            if (!content.isTextual() || !isId(id)) {
                throw invalid("added_tokens must have a content and an id");
            }
            if (added.putIfAbsent(content.textValue(), id.intValue()) != null) {
                throw invalid("added token '" + content.textValue() + "' is there twice");
            }
        }
    }

    private void model(JsonParser parser) throws IOException {
        hasModel = true;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (field) {
                case "vocab" -> vocabulary(parser, value);
                case "type" -> requireModelType(parser.getText());
                case "dropout" -> {
                    if (value != JsonToken.VALUE_NULL && !value.isNumeric()) {
                        throw invalid("model.dropout must be a number");
                    }
                    if (value != JsonToken.VALUE_NULL && parser.getDoubleValue() != 0) {
                        throw new UnsupportedModel(origin + ": model.dropout " + parser.getText()
                                + " makes tokens random, which is not supported");
                    }
                }
                case "continuing_subword_prefix" -> {
                    if (value != JsonToken.VALUE_NULL && !parser.getText().isEmpty()) {
                        throw new UnsupportedModel(origin + ": model.continuing_subword_prefix '" + parser.getText()
                                + "' is not supported");
                    }
                }
                default -> parser.skipChildren();
            }
        }
    }

    private void requireModelType(String type) {
        if (!type.equals("BPE") && !type.equals("Unigram") && !type.equals("WordLevel")) {
            throw new UnsupportedModel(
                    origin + ": model.type '" + type + "' is not supported: supported are BPE, Unigram and WordLevel");
        }
    }

    private void vocabulary(JsonParser parser, JsonToken start) throws IOException {
        if (start == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String token = parser.currentName();
                boolean isNumber = parser.nextToken() == JsonToken.VALUE_NUMBER_INT
                        && parser.getNumberType() == JsonParser.NumberType.INT;
                entry(token, isNumber ? parser.getIntValue() : -1);
            }
        } else if (start == JsonToken.START_ARRAY) {
            scoredVocabulary(parser);
        } else {
            throw invalid("model.vocab must be an object or a list");
        }
    }

    /// Unigram models list pairs of token and score; the place in the list is the id.
    private void scoredVocabulary(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.START_ARRAY) {
            boolean isText = parser.nextToken() == JsonToken.VALUE_STRING;
            String token = parser.getText();
            boolean isPair = isText && parser.nextToken().isNumeric() && parser.nextToken() == JsonToken.END_ARRAY;
            if (!isPair) {
                throw invalid("model.vocab must list pairs of a token and a score");
            }
            entry(token, ids.length()); // all ids below are taken
        }
    }

    private void entry(String token, int id) {
        if (id < 0 || id >= TokenizerSource.MAX_TOKENS || ids.get(id)) {
            throw invalid("model.vocab: the id of '" + token + "' is missing, taken or not between 0 and "
                    + TokenizerSource.MAX_TOKENS);
        }
        ids.set(id);
        if (wanted.contains(token)) {
            found.put(token, id);
        }
        Integer stated = added.get(token);
        if (stated != null) {
            addedInVocabulary.add(token);
            if (stated != id) {
                throw invalid("added token '" + token + "' has id " + stated + ", but " + id + " in the vocabulary");
            }
        }
    }

    private Vocabulary vocabulary() {
        if (!hasModel) {
            throw invalid("model is missing");
        }
        Map<String, Integer> known = new HashMap<>(found);
        known.putAll(added);
        return new Vocabulary(ids.cardinality() + added.size() - addedInVocabulary.size(), Map.copyOf(known));
    }

    private static boolean isId(JsonNode id) {
        return id.isInt() && id.intValue() >= 0 && id.intValue() < TokenizerSource.MAX_TOKENS;
    }

    private InvalidCheckpoint invalid(String problem) {
        return new InvalidCheckpoint(origin + ": " + problem);
    }
}
