package io.logprobe.engine.tokenizer;

import io.logprobe.engine.checkpoint.GgufMetadata;
import io.logprobe.engine.failure.FileFault;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A tokenizer's definition, wherever it came from, in the form of `tokenizer.json`.
///
/// @param origin where it came from, for failures
/// @param json the definition
/// @param vocabulary what of it is needed on this side of the native library
/// @param bos content of the beginning-of-sequence token
/// @param eos content of the end-of-sequence token
/// @param maxLength longest text that the tokenizer's files allow, if they say
record TokenizerSource(
        String origin,
        String json,
        Vocabulary vocabulary,
        Optional<String> bos,
        Optional<String> eos,
        OptionalInt maxLength) {

    /// More than twice the largest published file.
    static final long MAX_FILE_BYTES = 128L << 20;

    /// Ten times the largest published vocabulary.
    static final int MAX_TOKENS = 4 << 20;

    /// Looks for `tokenizer.json`, then for `vocab.json` with `merges.txt`, then for a GGUF file.
    static TokenizerSource locate(Path folder) {
        Path whole = folder.resolve("tokenizer.json");
        if (Files.exists(whole)) {
            return ofTokenizerJson(whole, TokenizerConfig.read(folder));
        }
        if (Files.exists(folder.resolve("vocab.json")) && Files.exists(folder.resolve("merges.txt"))) {
            TokenizerConfig config = TokenizerConfig.read(folder);
            return built(folder.resolve("vocab.json").toString(), VocabularyFiles.read(folder, config), config);
        }
        return GgufMetadata.locate(folder)
                .map(GgufTokenizer::read)
                .orElseThrow(() -> new InvalidCheckpoint(
                        folder + ": no tokenizer.json, no vocab.json with merges.txt and no GGUF file"));
    }

    private static TokenizerSource ofTokenizerJson(Path file, TokenizerConfig config) {
        String json = new String(readBytes(file), StandardCharsets.UTF_8);
        Set<String> wanted =
                Stream.concat(config.bos().stream(), config.eos().stream()).collect(Collectors.toSet());
        Vocabulary vocabulary = TokenizerJson.check(file.toString(), json, wanted);
        return new TokenizerSource(file.toString(), json, vocabulary, config.bos(), config.eos(), config.maxLength());
    }

    private static TokenizerSource built(String origin, BytePairEncoding tokenizer, TokenizerConfig config) {
        return new TokenizerSource(
                origin, tokenizer.toJson(), tokenizer.summary(), config.bos(), config.eos(), config.maxLength());
    }

    static byte[] readBytes(Path file) {
        try (var stream = Files.newInputStream(file)) {
            long size = Files.size(file);
            if (size > MAX_FILE_BYTES) {
                throw new InvalidCheckpoint(file + ": " + size + " bytes, more than the limit of " + MAX_FILE_BYTES);
            }
            byte[] bytes = new byte[Math.toIntExact(size)];
            return Arrays.copyOf(bytes, stream.readNBytes(bytes, 0, bytes.length));
        } catch (NoSuchFileException e) {
            throw new InvalidCheckpoint(file + ": no such file", e);
        } catch (IOException e) {
            throw new InvalidCheckpoint(file + ": cannot be read: " + FileFault.describe(e), e);
        }
    }
}
