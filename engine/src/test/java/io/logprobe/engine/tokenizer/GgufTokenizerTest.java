package io.logprobe.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.logprobe.engine.checkpoint.GgufBuilder;
import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.UnsupportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Writes the vocabulary of a reference model as GGUF metadata, as converters do, and expects the same tokens.
class GgufTokenizerTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "gpt2, gpt-2",
        "phi-2-style, phi-2",
        "olmo, olmo",
        "mpt, mpt",
        "starcoder2, starcoder",
        "granite, refact",
        "cohere, command-r",
        "llama3, llama-bpe",
        "smollm3, smaug-bpe",
        "qwen2, qwen2",
        "falcon-7b-style, falcon",
        "bloom, bloom"
    })
    void encodesByteLevelTextAsTokenizerJsonWould(String model, String pre) throws IOException {
        Path golden = golden(model);
        GgufVocabulary vocabulary = GgufVocabulary.of(golden);
        GgufBuilder file = new GgufBuilder()
                .text("tokenizer.ggml.model", "gpt2")
                .text("tokenizer.ggml.pre", pre)
                .texts("tokenizer.ggml.tokens", vocabulary.tokens())
                .int32s("tokenizer.ggml.token_type", vocabulary.types())
                .texts("tokenizer.ggml.merges", vocabulary.merges());
        JsonNode expected = Golden.read(golden);
        if (!expected.get("bos_token_id").isNull()) {
            file.uint32(
                    "tokenizer.ggml.bos_token_id", expected.get("bos_token_id").asInt());
        }
        if (!pre.equals("llama-bpe")) {
            file.flag(
                    "tokenizer.ggml.add_bos_token",
                    !expected.get("encode_prepends").isEmpty());
        }

        assertEncodes(file, expected);
    }

    @ParameterizedTest
    @CsvSource({"llama2, llama, 1, 2", "gemma, gemma, 2, 1", "phi3-longrope, phi3, 1, 1100"})
    void encodesSentencePieceTextAsTokenizerJsonWould(String model, String architecture, int bos, int eos)
            throws IOException {
        Path golden = golden(model);
        JsonNode expected = Golden.read(golden);
        GgufVocabulary vocabulary = GgufVocabulary.of(golden);
        GgufBuilder file = new GgufBuilder()
                .text("general.architecture", architecture)
                .text("tokenizer.ggml.model", "llama")
                .texts("tokenizer.ggml.tokens", vocabulary.tokens())
                .int32s("tokenizer.ggml.token_type", vocabulary.types())
                .float32s("tokenizer.ggml.scores", vocabulary.scores())
                .uint32("tokenizer.ggml.bos_token_id", bos)
                .uint32("tokenizer.ggml.eos_token_id", eos);
        if (architecture.equals("phi3")) {
            file.flag("tokenizer.ggml.add_bos_token", false);
        }

        assertEncodes(file, expected);
    }

    /// What would be merged shows whether it was split before.
    @ParameterizedTest
    @CsvSource({
        "gpt-2, true, true, false",
        "llama-bpe, true, true, false",
        "qwen2, true, false, false",
        "tekken, false, false, false",
        "gpt-4o, false, true, true"
    })
    void splitsAtCapitalsDigitsAndApostrophesAsTheNameSays(
            String pre, boolean acrossCase, boolean acrossDigits, boolean acrossApostrophe) throws IOException {
        List<String> tokens = new ArrayList<>();
        "Ġ'12HWdeilorst".chars().forEach(symbol -> tokens.add(Character.toString(symbol)));
        List<String> merges = List.of("o W", "1 2", "t '");
        merges.forEach(merge -> tokens.add(merge.replace(" ", "")));
        GgufBuilder file = new GgufBuilder()
                .text("tokenizer.ggml.model", "gpt2")
                .text("tokenizer.ggml.pre", pre)
                .texts("tokenizer.ggml.tokens", tokens)
                .texts("tokenizer.ggml.merges", merges)
                .flag("tokenizer.ggml.add_bos_token", false);
        Files.write(folder.resolve("model.gguf"), file.build());

        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            List<String> found = Arrays.stream(tokenizer.encode("HelloWorld 12 it's", true))
                    .mapToObj(tokens::get)
                    .toList();

            assertThat(String.join("", found)).isEqualTo("HelloWorldĠ12Ġit's");
            assertThat(found.contains("oW")).isEqualTo(acrossCase);
            assertThat(found.contains("12")).isEqualTo(acrossDigits);
            assertThat(found.contains("t'")).isEqualTo(acrossApostrophe);
        }
    }

    @Test
    void refusesUnknownPreTokenizerByName() {
        assertRefused(
                tokens("a").text("tokenizer.ggml.model", "gpt2").text("tokenizer.ggml.pre", "viking"),
                UnsupportedModel.class,
                "tokenizer.ggml.pre 'viking' is not supported: supported are bloom, command-r, dbrx,");
    }

    @Test
    void refusesUnknownModelByName() {
        assertRefused(
                tokens("a").text("tokenizer.ggml.model", "rwkv"),
                UnsupportedModel.class,
                "tokenizer.ggml.model 'rwkv' is not supported");
    }

    @Test
    void namesWhatIsMissingOrContradictory() {
        assertRefused(new GgufBuilder(), InvalidCheckpoint.class, "tokenizer.ggml.tokens is missing");
        assertRefused(tokens("a", "a"), InvalidCheckpoint.class, "tokenizer.ggml.tokens has 'a' twice");
        assertRefused(
                tokens("a", "b").int32s("tokenizer.ggml.token_type", List.of(1)),
                InvalidCheckpoint.class,
                "tokenizer.ggml.token_type has 1 elements for 2 tokens");
        assertRefused(
                tokens("a").text("tokenizer.ggml.model", "llama"),
                InvalidCheckpoint.class,
                "tokenizer.ggml.scores is missing");
        assertRefused(
                gpt2("a").texts("tokenizer.ggml.merges", List.of("ab")),
                InvalidCheckpoint.class,
                "tokenizer.ggml.merges: merge 'ab' is not two tokens");
        assertRefused(
                gpt2("a").texts("tokenizer.ggml.merges", List.of()).uint32("tokenizer.ggml.bos_token_id", 7),
                InvalidCheckpoint.class,
                "tokenizer.ggml.bos_token_id is 7, but there are 1 tokens");
    }

    private static GgufBuilder tokens(String... tokens) {
        return new GgufBuilder().texts("tokenizer.ggml.tokens", List.of(tokens));
    }

    private static GgufBuilder gpt2(String... tokens) {
        return tokens(tokens).text("tokenizer.ggml.model", "gpt2").text("tokenizer.ggml.pre", "gpt-2");
    }

    private void assertEncodes(GgufBuilder file, JsonNode expected) throws IOException {
        Files.write(folder.resolve("model.gguf"), file.build());
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.size())
                    .isEqualTo(expected.get("tokenizer_size").asInt());
            for (JsonNode row : expected.get("encode")) {
                String text = row.get("text").textValue();
                assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(Golden.ids(row.get("ids")));
                assertThat(tokenizer.encode(text, false)).as(text).isEqualTo(Golden.ids(row.get("ids_no_special")));
            }
        }
    }

    private void assertRefused(GgufBuilder file, Class<? extends RuntimeException> failure, String message) {
        assertThatThrownBy(() -> {
                    Files.write(folder.resolve("model.gguf"), file.build());
                    Tokenizer.open(folder).close();
                })
                .isInstanceOf(failure)
                .hasMessageContaining("model.gguf")
                .hasMessageContaining(message);
    }

    private static Path golden(String name) {
        return Golden.folders()
                .filter(model -> model.endsWith(name))
                .findFirst()
                .orElseThrow();
    }
}
