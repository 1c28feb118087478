package io.logprobe.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.logprobe.engine.checkpoint.JsonDocument;
import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.UnsupportedModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The older form of a byte-level tokenizer, `vocab.json` and `merges.txt`, turned into what Transformers makes of it.
final class VocabularyFiles {

    private VocabularyFiles() {}

    static BytePairEncoding read(Path folder, TokenizerConfig config) {
        Path vocabularyFile = folder.resolve("vocab.json");
        Map<String, Integer> vocabulary = vocabulary(vocabularyFile);
        Map<AddedToken, Integer> added = added(vocabularyFile, vocabulary, config);
        return new BytePairEncoding(
                vocabulary,
                merges(folder.resolve("merges.txt")),
                added,
                splitting(folder, config),
                Optional.empty(),
                config.flag("add_bos_token") ? config.bos() : Optional.empty());
    }

    private static TextSplitting splitting(Path folder, TokenizerConfig config) {
        String tokenizerClass = config.tokenizerClass().orElse("");
        return switch (tokenizerClass) {
            case "GPT2Tokenizer", "CodeGenTokenizer" -> TextSplitting.gpt2(config.flag("add_prefix_space"));
            case "Qwen2Tokenizer" -> TextSplitting.qwen2();
            default ->
                throw new UnsupportedModel(folder + ": no tokenizer.json, and vocab.json of tokenizer_class '"
                        + tokenizerClass + "' is not supported: supported are GPT2Tokenizer, CodeGenTokenizer and"
                        + " Qwen2Tokenizer");
        };
    }

    private static Map<String, Integer> vocabulary(Path file) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        Set<Integer> seen = new HashSet<>();
        for (Map.Entry<String, JsonNode> entry : JsonDocument.read(file).properties()) {
            JsonNode id = entry.getValue();
            if (!id.isInt() || id.intValue() < 0 || id.intValue() > TokenizerSource.MAX_TOKENS) {
                throw new InvalidCheckpoint(file + ": the id of '" + entry.getKey() + "' must be an integer from 0 to "
                        + TokenizerSource.MAX_TOKENS + ", not " + id);
            }
            if (!seen.add(id.intValue())) {
                throw new InvalidCheckpoint(
                        file + ": '" + entry.getKey() + "' has an id that another token has: " + id);
            }
            ids.put(entry.getKey(), id.intValue());
        }
        return ids;
    }

    private static List<BytePairEncoding.Merge> merges(Path file) {
        String text = new String(TokenizerSource.readBytes(file), StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#version"))
                .map(line -> BytePairEncoding.Merge.parse(file.toString(), line))
                .toList();
    }

    private static Map<AddedToken, Integer> added(Path file, Map<String, Integer> vocabulary, TokenizerConfig config) {
        Map<AddedToken, Integer> added = new LinkedHashMap<>();
        int next = vocabulary.size();
        for (AddedToken token : config.addedTokens()) {
            Integer known = vocabulary.get(token.content());
            int id = known == null ? next++ : known;
            if (token.id().isPresent() && token.id().getAsInt() != id) {
                throw new InvalidCheckpoint(file + ": added token '" + token.content() + "' is declared with id "
                        + token.id().getAsInt() + " but would get " + id);
            }
            added.put(token, id);
        }
        return added;
    }
}
