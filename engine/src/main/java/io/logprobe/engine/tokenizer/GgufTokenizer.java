package io.logprobe.engine.tokenizer;

import io.logprobe.engine.checkpoint.GgufMetadata;
import io.logprobe.engine.failure.UnsupportedModel;
import io.logprobe.engine.tokenizer.BytePairEncoding.Merge;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/// A tokenizer made from the metadata of a GGUF file: vocabulary, token types, and merges or scores.
///
/// See <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md#tokenizer> and `llama-vocab.cpp` of llama.cpp.
final class GgufTokenizer {

    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String TYPES = "tokenizer.ggml.token_type";
    private static final String SCORES = "tokenizer.ggml.scores";
    private static final String MERGES = "tokenizer.ggml.merges";
    private static final String MODEL = "tokenizer.ggml.model";
    private static final String PRE = "tokenizer.ggml.pre";

    private static final long UNKNOWN = 2;
    private static final long CONTROL = 3;
    private static final long USER_DEFINED = 4;
    private static final long BYTE = 6;

    private final GgufMetadata metadata;
    private final List<String> tokens;
    private final Map<String, Integer> ids;
    private final List<Long> types;

    private GgufTokenizer(GgufMetadata metadata) {
        this.metadata = metadata;
        this.tokens = metadata.texts(TOKENS).orElseThrow(() -> metadata.invalid(TOKENS, "is missing"));
        this.ids = LinkedHashMap.newLinkedHashMap(tokens.size());
        for (int id = 0; id < tokens.size(); id++) {
            if (ids.putIfAbsent(tokens.get(id), id) != null) {
                throw metadata.invalid(TOKENS, "has '" + tokens.get(id) + "' twice");
            }
        }
        this.types = metadata.integers(TYPES).orElse(List.of());
        if (metadata.has(TYPES)) {
            requireOnePerToken(TYPES, types.size());
        }
    }

    /// An end-of-sequence token is never put behind a text, whatever `add_eos_token` says: nobody asks for its
    /// probability.
    static TokenizerSource read(Path file) {
        GgufTokenizer reader = new GgufTokenizer(GgufMetadata.read(file));
        BytePairEncoding tokenizer = reader.tokenizer();
        return new TokenizerSource(
                file.toString(),
                tokenizer.toJson(),
                tokenizer.summary(),
                reader.token("tokenizer.ggml.bos_token_id"),
                reader.token("tokenizer.ggml.eos_token_id"),
                OptionalInt.empty());
    }

    private BytePairEncoding tokenizer() {
        String model = metadata.text(MODEL).orElseThrow(() -> metadata.invalid(MODEL, "is missing"));
        return switch (model) {
            case "gpt2" -> byteLevel();
            case "llama" -> sentencePiece();
            default ->
                throw new UnsupportedModel(metadata.file() + ": " + MODEL + " '" + model
                        + "' is not supported: supported are gpt2 and llama");
        };
    }

    private BytePairEncoding byteLevel() {
        String pre = metadata.text(PRE).orElseThrow(() -> metadata.invalid(PRE, "is missing"));
        GgufSplitting known = GgufSplitting.find(pre)
                .orElseThrow(() -> new UnsupportedModel(metadata.file() + ": " + PRE + " '" + pre
                        + "' is not supported: supported are " + GgufSplitting.known()));
        TextSplitting splitting = known.splitting(flag("add_space_prefix", false));
        List<Merge> merges = metadata.texts(MERGES).orElseThrow(() -> metadata.invalid(MERGES, "is missing")).stream()
                .map(line -> Merge.parse(metadata.file() + ": " + MERGES, line))
                .toList();
        return new BytePairEncoding(
                ids, merges, added(_ -> false), splitting, Optional.empty(), prepended(known.beginningByDefault()));
    }

    private BytePairEncoding sentencePiece() {
        if (flag("remove_extra_whitespaces", false) || metadata.has("tokenizer.ggml.precompiled_charsmap")) {
            throw new UnsupportedModel(metadata.file()
                    + ": remove_extra_whitespaces and precompiled_charsmap of a tokenizer are not supported");
        }
        List<Double> scores = metadata.numbers(SCORES).orElseThrow(() -> metadata.invalid(SCORES, "is missing"));
        requireOnePerToken(SCORES, scores.size());
        return new BytePairEncoding(
                ids,
                ScoredPieces.merges(ids, scores, this::isMade),
                added(architecture().equals("phi3") ? GgufTokenizer::swallowsSpaceInPhi3 : _ -> false),
                // Early files of Gemma do not say what holds for every Gemma.
                TextSplitting.sentencePiece(
                        flag("add_space_prefix", !architecture().startsWith("gemma"))),
                token("tokenizer.ggml.unknown_token_id")
                        .or(() -> Optional.of("<unk>").filter(ids::containsKey)),
                prepended(true));
    }

    private String architecture() {
        return metadata.text("general.architecture").orElse("");
    }

    /// No key says which tokens of a chat swallow the white space behind them, as all of Phi 3 do but these.
    private static boolean swallowsSpaceInPhi3(String token) {
        return !token.equals("<unk>") && !token.equals("<s>") && !token.equals("<|endoftext|>");
    }

    private Map<AddedToken, Integer> added(Predicate<String> swallowsSpace) {
        Map<AddedToken, Integer> added = new LinkedHashMap<>();
        for (int id = 0; id < types.size(); id++) {
            long type = types.get(id);
            if (type == CONTROL || type == UNKNOWN || type == USER_DEFINED) {
                AddedToken token = AddedToken.verbatim(tokens.get(id), type != USER_DEFINED);
                added.put(swallowsSpace.test(token.content()) ? token.swallowingSpace() : token, id);
            }
        }
        return added;
    }

    private boolean isMade(int id) {
        long type = types.isEmpty() ? 1 : types.get(id);
        return type != UNKNOWN && type != CONTROL && type != BYTE;
    }

    private void requireOnePerToken(String key, int count) {
        if (count != tokens.size()) {
            throw metadata.invalid(key, "has " + count + " elements for " + tokens.size() + " tokens");
        }
    }

    private Optional<String> prepended(boolean byDefault) {
        return flag("add_bos_token", byDefault) ? token("tokenizer.ggml.bos_token_id") : Optional.empty();
    }

    private boolean flag(String name, boolean fallback) {
        return metadata.flag("tokenizer.ggml." + name).orElse(fallback);
    }

    private Optional<String> token(String key) {
        return metadata.integer(key).map(id -> {
            if (id < 0 || id >= tokens.size()) {
                throw metadata.invalid(key, "is " + id + ", but there are " + tokens.size() + " tokens");
            }
            return tokens.get(id.intValue());
        });
    }
}
