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
    @CsvSource({"gpt2, gpt-2", "llama3, llama-bpe", "qwen2, qwen2"})
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
        if (pre.equals("gpt-2")) {
            file.flag("tokenizer.ggml.add_bos_token", false);
        }

        assertEncodes(file, expected);
    }

    @Test
    void encodesSentencePieceTextAsTokenizerJsonWould() throws IOException {
        Path golden = golden("llama2");
        GgufVocabulary vocabulary = GgufVocabulary.of(golden);
        GgufBuilder file = new GgufBuilder()
                .text("tokenizer.ggml.model", "llama")
                .texts("tokenizer.ggml.tokens", vocabulary.tokens())
                .int32s("tokenizer.ggml.token_type", vocabulary.types())
                .float32s("tokenizer.ggml.scores", vocabulary.scores())
                .uint32("tokenizer.ggml.bos_token_id", 1)
                .uint32("tokenizer.ggml.eos_token_id", 2)
                .uint32("tokenizer.ggml.unknown_token_id", 0);

        assertEncodes(file, Golden.read(golden));
    }

    @Test
    void refusesUnknownPreTokenizerByName() {
        assertRefused(
                tokens("a").text("tokenizer.ggml.model", "gpt2").text("tokenizer.ggml.pre", "tekken"),
                UnsupportedModel.class,
                "tokenizer.ggml.pre 'tekken' is not supported: supported are gpt-2, smollm, llama-bpe and qwen2");
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
