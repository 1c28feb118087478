package io.logprobe.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.UnsupportedModel;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What the parts of `tokenizer.json` around its model may be: known kinds, patterns that cannot run away, templates
/// that refer to what is there, replacements that cannot multiply a text.
final class TokenizerComponents {

    private static final Map<String, Set<String>> KINDS = Map.of(
            "normalizer",
            Set.of(
                    "Sequence",
                    "NFC",
                    "NFD",
                    "NFKC",
                    "NFKD",
                    "Lowercase",
                    "Strip",
                    "StripAccents",
                    "Prepend",
                    "Replace",
                    "ByteLevel"),
            "pre_tokenizer",
            Set.of(
                    "Sequence",
                    "ByteLevel",
                    "Split",
                    "Digits",
                    "Metaspace",
                    "Punctuation",
                    "Whitespace",
                    "WhitespaceSplit"),
            "post_processor",
            Set.of("Sequence", "ByteLevel", "TemplateProcessing"),
            "decoder",
            Set.of("Sequence", "ByteLevel", "Replace", "ByteFallback", "Fuse", "Strip", "Metaspace"));

    private static final int MAX_COMPONENTS = 32;
    private static final int MAX_TEXT_LENGTH = 8192;
    private static final int MAX_GROWTH = 64;

    private final String origin;
    private final String field;
    private int components;
    private long growth = 1;

    private TokenizerComponents(String origin, String field) {
        this.origin = origin;
        this.field = field;
    }

    /// Checks the value of one field of the file.
    static void check(String origin, String field, JsonNode value) {
        if (!value.isNull()) {
            new TokenizerComponents(origin, field).component(value);
        }
    }

    private void component(JsonNode node) {
        String kind = node.path("type").asText();
        if (!KINDS.get(field).contains(kind)) {
            throw new UnsupportedModel(
                    origin + ": " + field + " of type '" + kind + "' is not supported: supported are "
                            + KINDS.get(field).stream().sorted().toList());
        }
        if (++components > MAX_COMPONENTS) {
            throw invalid("has more than " + MAX_COMPONENTS + " parts");
        }
        for (JsonNode value : node) {
            if (value.isTextual() && value.textValue().length() > MAX_TEXT_LENGTH) {
                throw invalid("has a text of " + value.textValue().length() + " characters");
            }
        }
        switch (kind) {
            case "Sequence" -> sequence(node);
            case "Split" -> pattern(node.path("pattern"));
            case "Replace" -> {
                pattern(node.path("pattern"));
                grow(node.path("content"));
            }
            case "Strip" -> {
                // Cutting the end of a token that is already empty ends the process.
                if (node.path("stop").asLong() != 0) {
                    throw invalid("strips the end of tokens, which is not supported");
                }
            }
            case "Prepend" -> grow(node.path("prepend"));
            case "TemplateProcessing" -> template(node);
            default -> {
                // Nothing but switches, which the library checks.
            }
        }
    }

    private void sequence(JsonNode node) {
        for (String name : Set.of("normalizers", "pretokenizers", "processors", "decoders")) {
            node.path(name).forEach(this::component);
        }
    }

    private void pattern(JsonNode pattern) {
        JsonNode text = pattern.has("Regex") ? pattern.get("Regex") : pattern.path("String");
        if (!text.isTextual() || text.textValue().isEmpty() || text.textValue().length() > MAX_TEXT_LENGTH) {
            throw invalid("has a pattern that is not a text of at most " + MAX_TEXT_LENGTH + " characters");
        }
        if (pattern.has("Regex")) {
            SplitPattern.findProblem(text.textValue()).ifPresent(problem -> {
                throw invalid("has the pattern '" + text.textValue() + "', in which " + problem);
            });
        }
    }

    private void grow(JsonNode content) {
        growth *= Math.max(1, content.asText().length());
        if (growth > MAX_GROWTH) {
            throw invalid("makes a text more than " + MAX_GROWTH + " times as long");
        }
    }

    private void template(JsonNode node) {
        for (Map.Entry<String, JsonNode> special : node.path("special_tokens").properties()) {
            JsonNode ids = special.getValue().path("ids");
            boolean sound =
                    special.getKey().equals(special.getValue().path("id").asText())
                            && ids.isArray()
                            && !ids.isEmpty()
                            && ids.size() <= MAX_COMPONENTS
                            && ids.size() == special.getValue().path("tokens").size();
            for (JsonNode id : ids) {
                sound &= id.isInt() && id.intValue() >= 0 && id.intValue() < TokenizerSource.MAX_TOKENS;
            }
            if (!sound) {
                throw invalid("describes the special token '" + special.getKey() + "' in a contradictory way");
            }
        }
        pieces(node, "single", Set.of("A"));
        pieces(node, "pair", Set.of("A", "B"));
    }

    private void pieces(JsonNode node, String name, Set<String> sequences) {
        if (node.path(name).size() > MAX_COMPONENTS) {
            throw invalid("has a template of more than " + MAX_COMPONENTS + " pieces");
        }
        Set<String> unused = new HashSet<>(sequences);
        for (JsonNode piece : node.path(name)) {
            JsonNode special = piece.path("SpecialToken");
            if (!special.isMissingNode()
                    && !node.path("special_tokens").has(special.path("id").asText())) {
                throw invalid(
                        "uses the special token '" + special.path("id").asText() + "', which it does not describe");
            }
            JsonNode sequence = piece.path("Sequence");
            if (!sequence.isMissingNode() && !unused.remove(sequence.path("id").asText())) {
                throw invalid("has a template '" + name + "' with another text than " + sequences + " once");
            }
        }
        if (!unused.isEmpty()) {
            throw invalid("has a template '" + name + "' without the text " + unused);
        }
    }

    private InvalidCheckpoint invalid(String problem) {
        return new InvalidCheckpoint(origin + ": " + field + " " + problem);
    }
}
