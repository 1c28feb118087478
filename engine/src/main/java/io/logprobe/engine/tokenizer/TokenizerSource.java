package io.logprobe.engine.tokenizer;

import io.logprobe.engine.failure.InvalidCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// A tokenizer's definition, wherever it came from, in the form of `tokenizer.json`.
///
/// @param origin where it came from, for failures
/// @param json the definition
/// @param vocabulary what of it is needed on this side
/// @param specialTokens declared beside it
record TokenizerSource(String origin, String json, Vocabulary vocabulary, SpecialTokens specialTokens) {

    /// More than twice the largest published file.
    static final long MAX_FILE_BYTES = 128L << 20;

    static TokenizerSource locate(Path folder) {
        Path file = folder.resolve("tokenizer.json");
        if (!Files.exists(file)) {
            throw new InvalidCheckpoint(folder + ": no tokenizer.json");
        }
        String json = new String(readBytes(file), StandardCharsets.UTF_8);
        SpecialTokens specialTokens = SpecialTokens.read(folder);
        Vocabulary vocabulary = Vocabulary.read(file.toString(), json, specialTokens.contents());
        return new TokenizerSource(file.toString(), json, vocabulary, specialTokens);
    }

    String digest() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] readBytes(Path file) {
        try (var stream = Files.newInputStream(file)) {
            long size = Files.size(file);
            if (size > MAX_FILE_BYTES) {
                throw new InvalidCheckpoint(file + ": " + size + " bytes, more than the limit of " + MAX_FILE_BYTES);
            }
            byte[] bytes = new byte[Math.toIntExact(size)];
            return Arrays.copyOf(bytes, stream.readNBytes(bytes, 0, bytes.length));
        } catch (IOException e) {
            throw new InvalidCheckpoint(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
