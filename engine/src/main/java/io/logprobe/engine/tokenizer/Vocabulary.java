package io.logprobe.engine.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What is read from `tokenizer.json` on this side of the native library, in one pass over the file.
///
/// @param size distinct tokens of the model's vocabulary and the added ones
/// @param ids ids of the added tokens and of the wanted ones
record Vocabulary(int size, Map<String, Integer> ids) {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxNumberLength(100)
                    .maxStringLength(64 << 20)
                    .maxNameLength(1 << 20)
                    .build())
            .build();

    static Vocabulary read(String origin, String json, Set<String> wanted) {
        Scan scan = new Scan(wanted);
        try (JsonParser parser = JSON.createParser(json)) {
            scan.document(parser);
        } catch (JsonProcessingException e) {
            throw new InvalidCheckpoint(origin + ": not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new InvalidCheckpoint(origin + ": not valid JSON: " + e.getMessage(), e);
        }
        return scan.result();
    }

    /// The vocabulary usually follows the added tokens in the file, but need not.
    private static final class Scan {

        private final Set<String> wanted;
        private final Map<String, Integer> added = new HashMap<>();
        private final Map<String, Integer> found = new HashMap<>();
        private final Set<Integer> addedInVocabulary = new HashSet<>();
        private final Map<Integer, String> addedIds = new HashMap<>();
        private int entries;

        Scan(Set<String> wanted) {
            this.wanted = wanted;
        }

        void document(JsonParser parser) throws IOException {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("added_tokens") && value == JsonToken.START_ARRAY) {
                    addedTokens(parser);
                } else if (field.equals("model") && value == JsonToken.START_OBJECT) {
                    model(parser);
                } else {
                    parser.skipChildren();
                }
            }
        }

        private void addedTokens(JsonParser parser) throws IOException {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                String content = null;
                int id = -1;
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String field = parser.currentName();
                    JsonToken value = parser.nextToken();
                    if (field.equals("content") && value == JsonToken.VALUE_STRING) {
                        content = parser.getText();
                    } else if (field.equals("id") && value == JsonToken.VALUE_NUMBER_INT) {
                        id = parser.getIntValue();
                    } else {
                        parser.skipChildren();
                    }
                }
                if (content != null && id >= 0) {
                    added.put(content, id);
                    addedIds.put(id, content);
                }
            }
        }

        private void model(JsonParser parser) throws IOException {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("vocab") && value == JsonToken.START_OBJECT) {
                    vocabularyByToken(parser);
                } else if (field.equals("vocab") && value == JsonToken.START_ARRAY) {
                    scoredVocabulary(parser);
                } else {
                    parser.skipChildren();
                }
            }
        }

        private void vocabularyByToken(JsonParser parser) throws IOException {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String token = parser.currentName();
                parser.nextToken();
                entry(token, parser.getIntValue());
            }
        }

        /// Unigram models list pairs of token and score; the place in the list is the id.
        private void scoredVocabulary(JsonParser parser) throws IOException {
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                parser.nextToken();
                entry(parser.getText(), entries);
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    parser.skipChildren();
                }
            }
        }

        private void entry(String token, int id) {
            entries++;
            if (wanted.contains(token)) {
                found.put(token, id);
            }
            if (token.equals(addedIds.get(id))) {
                addedInVocabulary.add(id);
            }
        }

        Vocabulary result() {
            Map<String, Integer> ids = new HashMap<>(found);
            ids.putAll(added);
            return new Vocabulary(entries + added.size() - addedInVocabulary.size(), Map.copyOf(ids));
        }
    }
}
