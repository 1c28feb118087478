package io.logprobe.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The vocabulary of a `tokenizer.json`, as GGUF states it.
public record GgufVocabulary(List<String> tokens, List<Integer> types, List<String> merges) {

    public static GgufVocabulary of(Path model) throws IOException {
        JsonNode root =
                new ObjectMapper().readTree(model.resolve("tokenizer.json").toFile());
        Map<Integer, String> byId = new HashMap<>();
        Set<Integer> special = new HashSet<>();
        root.get("model")
                .get("vocab")
                .properties()
                .forEach(token -> byId.put(token.getValue().asInt(), token.getKey()));
        for (JsonNode token : root.get("added_tokens")) {
            byId.put(token.get("id").asInt(), token.get("content").textValue());
            special.add(token.get("id").asInt());
        }
        List<String> tokens = new ArrayList<>();
        List<Integer> types = new ArrayList<>();
        for (int id = 0; id < byId.size(); id++) {
            String token = byId.get(id);
            tokens.add(token);
            types.add(special.contains(id) ? 3 : token.matches("<0x[0-9A-F]{2}>") ? 6 : 1);
        }
        List<String> merges = new ArrayList<>();
        for (JsonNode merge : root.get("model").get("merges")) {
            merges.add(
                    merge.isTextual()
                            ? merge.textValue()
                            : merge.get(0).textValue() + " " + merge.get(1).textValue());
        }
        return new GgufVocabulary(tokens, types, merges);
    }

    /// SentencePiece gives the pieces that it makes first the highest scores.
    public List<Float> scores() {
        List<Float> scores = new ArrayList<>(Collections.nCopies(tokens.size(), -1e6f));
        Map<String, Integer> ids = new HashMap<>();
        tokens.forEach(token -> ids.put(token, ids.size()));
        for (int rank = merges.size() - 1; rank >= 0; rank--) {
            int space = merges.get(rank).indexOf(' ', 1);
            String piece =
                    merges.get(rank).substring(0, space) + merges.get(rank).substring(space + 1);
            scores.set(ids.get(piece), (float) -rank);
        }
        return scores;
    }
}
