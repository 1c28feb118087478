package io.logprobe.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The vocabulary of a `tokenizer.json`, as GGUF states it.
public record GgufVocabulary(List<String> tokens, List<Integer> types, List<String> merges) {

    private static final int NORMAL = 1;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int BYTE = 6;

    public static GgufVocabulary of(Path model) throws IOException {
        JsonNode root =
                new ObjectMapper().readTree(model.resolve("tokenizer.json").toFile());
        Map<Integer, String> byId = new HashMap<>();
        Map<Integer, Boolean> added = new HashMap<>();
        root.get("model")
                .get("vocab")
                .properties()
                .forEach(token -> byId.put(token.getValue().asInt(), token.getKey()));
        for (JsonNode token : root.get("added_tokens")) {
            byId.put(token.get("id").asInt(), token.get("content").textValue());
            added.put(token.get("id").asInt(), token.get("special").booleanValue());
        }
        List<String> merges = merges(root);
        Set<String> merged = merges.stream().map(GgufVocabulary::union).collect(Collectors.toSet());
        List<String> tokens = new ArrayList<>();
        List<Integer> types = new ArrayList<>();
        for (int id = 0; id < byId.size(); id++) {
            String token = byId.get(id);
            tokens.add(token);
            types.add(type(token, added.get(id), merged.contains(token)));
        }
        return new GgufVocabulary(tokens, types, merges);
    }

    /// Runs of spaces that merges make are added tokens too, but no different from others.
    ///
    /// @param special null for a token that is not added
    private static int type(String token, Boolean special, boolean merged) {
        if (special != null && !(merged && token.startsWith("▁▁"))) {
            return special || token.startsWith("▁▁") ? CONTROL : USER_DEFINED;
        }
        return token.matches("<0x[0-9A-F]{2}>") ? BYTE : NORMAL;
    }

    private static List<String> merges(JsonNode root) {
        List<String> merges = new ArrayList<>();
        for (JsonNode merge : root.get("model").get("merges")) {
            merges.add(
                    merge.isTextual()
                            ? merge.textValue()
                            : merge.get(0).textValue() + " " + merge.get(1).textValue());
        }
        return merges;
    }

    private static String union(String merge) {
        int space = merge.indexOf(' ', 1);
        return merge.substring(0, space) + merge.substring(space + 1);
    }

    /// SentencePiece gives the pieces that it makes first the highest scores.
    public List<Float> scores() {
        List<Float> scores = new ArrayList<>(Collections.nCopies(tokens.size(), -1e6f));
        Map<String, Integer> ids = new HashMap<>();
        tokens.forEach(token -> ids.put(token, ids.size()));
        for (int rank = merges.size() - 1; rank >= 0; rank--) {
            scores.set(ids.get(union(merges.get(rank))), (float) -rank);
        }
        return scores;
    }
}
