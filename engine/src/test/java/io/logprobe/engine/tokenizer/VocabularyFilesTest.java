package io.logprobe.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.UnsupportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VocabularyFilesTest {

    @TempDir
    Path folder;

    static Stream<Path> foldersWithVocabularyFiles() {
        return Golden.folders().filter(model -> Files.exists(model.resolve("vocab.json")));
    }

    @ParameterizedTest
    @MethodSource("foldersWithVocabularyFiles")
    void encodesAsTokenizerJsonWouldWithoutIt(Path model) throws IOException {
        copy(model, "vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json");

        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            for (JsonNode row : Golden.read(model).get("encode")) {
                String text = row.get("text").textValue();
                assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(Golden.ids(row.get("ids")));
                assertThat(tokenizer.encode(text, false)).as(text).isEqualTo(Golden.ids(row.get("ids_no_special")));
            }
        }
    }

    @Test
    void takesTheClassesSpecialTokensWhereNoFileStatesAny() throws IOException {
        write("config.json", "{\"model_type\":\"gpt2\"}");
        write("vocab.json", "{\"a\":0,\"b\":1,\"ab\":2,\"<|endoftext|>\":3}");
        write("merges.txt", "#version: 0.2\na b\n");

        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.bosId()).hasValue(3);
            assertThat(tokenizer.eosId()).hasValue(3);
            assertThat(tokenizer.encode("ab<|endoftext|>a", true)).containsExactly(2, 3, 0);
            assertThat(tokenizer.size()).isEqualTo(4);
        }
    }

    @Test
    void givesAddedTokensTheIdsAfterTheVocabulary() throws IOException {
        write("config.json", "{\"model_type\":\"gpt2\"}");
        write("vocab.json", "{\"a\":0,\"b\":1}");
        write("merges.txt", "");
        write("added_tokens.json", "{\"<two>\":3,\"<one>\":2}");

        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.encode("a<one>b<two>", true)).containsExactly(0, 2, 1, 3);
            assertThat(tokenizer.decode(new int[] {0, 2, 1}, true)).isEqualTo("a<one>b");
        }
    }

    @Test
    void prependsASpaceWhereTheConfigAsksForIt() throws IOException {
        write("tokenizer_config.json", "{\"tokenizer_class\":\"GPT2Tokenizer\",\"add_prefix_space\":true}");
        write("vocab.json", "{\"a\":0,\"Ġ\":1,\"Ġa\":2}");
        write("merges.txt", "Ġ a");

        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.encode("a", true)).containsExactly(2);
        }
    }

    @Test
    void refusesAnUnknownClassByName() throws IOException {
        write("tokenizer_config.json", "{\"tokenizer_class\":\"WhisperTokenizer\"}");
        write("vocab.json", "{\"a\":0}");
        write("merges.txt", "");

        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("tokenizer_class 'WhisperTokenizer'");
    }

    @Test
    void refusesTwoTokensOfOneId() throws IOException {
        write("config.json", "{\"model_type\":\"gpt2\"}");
        write("vocab.json", "{\"a\":0,\"b\":0}");
        write("merges.txt", "");

        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining("vocab.json: 'b' has an id that another token has: 0");
    }

    @Test
    void refusesAMergeOfUnknownTokens() throws IOException {
        write("config.json", "{\"model_type\":\"gpt2\"}");
        write("vocab.json", "{\"a\":0,\"b\":1}");
        write("merges.txt", "a b");

        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining("`ab` out of vocabulary");
    }

    private void copy(Path model, String... names) throws IOException {
        for (String name : List.of(names)) {
            Files.copy(model.resolve(name), folder.resolve(name));
        }
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }
}
