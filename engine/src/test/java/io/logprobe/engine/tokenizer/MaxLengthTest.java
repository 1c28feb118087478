package io.logprobe.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.checkpoint.JsonDocument;
import io.logprobe.engine.checkpoint.ModelConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaxLengthTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'n_positions':96,'max_position_embeddings':128}    | 512  | 96",
                "{'max_position_embeddings':128,'n_ctx':64}          | 512  | 128",
                "{'n_ctx':64}                                        | 512  | 64",
                "{'text_config':{'max_position_embeddings':8},'n_ctx':64} | 512 | 8",
                "{'model_type':'gpt2'}                               | 512  | 1024",
                "{'model_type':'bloom','seq_length':100}             | 512  | 512",
                "{'model_type':'mpt','max_seq_len':100}              | 1e30 | 2048",
            })
    void looksWhereLmEvalLooks(String config, String tokenizerLength, int expected) throws IOException {
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"tokenizer_class\":\"GPT2Tokenizer\",\"model_max_length\":" + tokenizerLength + "}");
        Files.writeString(folder.resolve("vocab.json"), "{\"a\":0}");
        Files.writeString(folder.resolve("merges.txt"), "");
        byte[] json = config.replace('\'', '"').getBytes(StandardCharsets.UTF_8);

        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            ModelConfig model = ModelConfig.of("config.json", JsonDocument.parse("config.json", json));
            assertThat(MaxLength.resolve(model, tokenizer)).isEqualTo(expected);
        }
    }
}
