package io.logprobe.engine.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A tokenizer put together from its parts, to be written as `tokenizer.json`.
///
/// @param vocabulary ids by token
/// @param merges in the order of their rank
/// @param added tokens found before splitting, with their ids, which need not be in the vocabulary
/// @param splitting what happens to a text before merging
/// @param unknown token for what nothing else fits, if any
/// @param prepended content of the token put before every text, if any
record BytePairEncoding(
        Map<String, Integer> vocabulary,
        List<Merge> merges,
        Map<AddedToken, Integer> added,
        TextSplitting splitting,
        Optional<String> unknown,
        Optional<String> prepended) {

    private static final JsonFactory JSON = new JsonFactory();

    /// Two neighbouring tokens that become one.
    record Merge(String left, String right) {

        /// Parses `left right`; a token may contain a space anywhere but in front.
        static Merge parse(String origin, String line) {
            int space = line.indexOf(' ', 1);
            if (space < 0 || space == line.length() - 1) {
                throw new InvalidCheckpoint(origin + ": merge '" + line + "' is not two tokens");
            }
            return new Merge(line.substring(0, space), line.substring(space + 1));
        }
    }

    String toJson() {
        StringWriter text = new StringWriter(vocabulary.size() * 32);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("version", "1.0");
            writeAddedTokens(json);
            raw(json, "normalizer", splitting.normalizer());
            raw(json, "pre_tokenizer", splitting.preTokenizer());
            writePostProcessor(json);
            raw(json, "decoder", splitting.decoder());
            writeModel(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void writeAddedTokens(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("added_tokens");
        // Ids are handed out in the order of this list.
        var inOrder =
                added.entrySet().stream().sorted(Map.Entry.comparingByValue()).toList();
        for (Map.Entry<AddedToken, Integer> entry : inOrder) {
            AddedToken token = entry.getKey();
            json.writeStartObject();
            json.writeNumberField("id", entry.getValue());
            json.writeStringField("content", token.content());
            json.writeBooleanField("single_word", token.singleWord());
            json.writeBooleanField("lstrip", token.lstrip());
            json.writeBooleanField("rstrip", token.rstrip());
            json.writeBooleanField("normalized", token.normalized());
            json.writeBooleanField("special", token.special());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writePostProcessor(JsonGenerator json) throws IOException {
        if (prepended.isEmpty()) {
            json.writeNullField("post_processor");
            return;
        }
        String token = prepended.get();
        json.writeObjectFieldStart("post_processor");
        json.writeStringField("type", "TemplateProcessing");
        json.writeArrayFieldStart("single");
        writePiece(json, "SpecialToken", token);
        writePiece(json, "Sequence", "A");
        json.writeEndArray();
        json.writeArrayFieldStart("pair");
        writePiece(json, "SpecialToken", token);
        writePiece(json, "Sequence", "A");
        writePiece(json, "Sequence", "B");
        json.writeEndArray();
        json.writeObjectFieldStart("special_tokens");
        json.writeObjectFieldStart(token);
        json.writeStringField("id", token);
        json.writeArrayFieldStart("ids");
        json.writeNumber(ids().get(token));
        json.writeEndArray();
        json.writeArrayFieldStart("tokens");
        json.writeString(token);
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writePiece(JsonGenerator json, String kind, String id) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart(kind);
        json.writeStringField("id", id);
        json.writeNumberField("type_id", 0);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeModel(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("model");
        json.writeStringField("type", "BPE");
        if (unknown.isPresent()) {
            json.writeStringField("unk_token", unknown.get());
        }
        json.writeBooleanField("fuse_unk", splitting.byteFallback());
        json.writeBooleanField("byte_fallback", splitting.byteFallback());
        json.writeBooleanField("ignore_merges", splitting.ignoreMerges());
        json.writeObjectFieldStart("vocab");
        for (Map.Entry<String, Integer> entry : vocabulary.entrySet()) {
            json.writeNumberField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("merges");
        for (Merge merge : merges) {
            json.writeStartArray();
            json.writeString(merge.left());
            json.writeString(merge.right());
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void raw(JsonGenerator json, String field, String value) throws IOException {
        json.writeFieldName(field);
        json.writeRawValue(value);
    }

    /// What the other side of the native library needs to know.
    Vocabulary summary() {
        Map<String, Integer> ids = ids();
        return new Vocabulary(ids.size(), ids);
    }

    private Map<String, Integer> ids() {
        Map<String, Integer> ids = new LinkedHashMap<>(vocabulary);
        added.forEach((token, id) -> ids.put(token.content(), id));
        return ids;
    }
}
