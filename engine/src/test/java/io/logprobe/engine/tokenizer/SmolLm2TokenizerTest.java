package io.logprobe.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SmolLm2TokenizerTest {

    private static final Path MODEL = Golden.SHARED.resolve("models/SmolLM2-135M-Instruct");

    static Stream<Path> bothForms() {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        return Stream.of(MODEL, MODEL.resolve("SmolLM2-135M-Instruct.Q4_1.gguf"));
    }

    @ParameterizedTest
    @MethodSource("bothForms")
    void encodesTokenForToken(Path form) throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(form)) {
            for (JsonNode row : Golden.lines(MODEL.resolve("reference/encode.jsonl"))) {
                String text = row.get("text").textValue();
                assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(Golden.ids(row.get("ids")));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("bothForms")
    void knowsItsPrefixAndSize(Path form) {
        try (Tokenizer tokenizer = Tokenizer.open(form)) {
            assertThat(tokenizer.size()).isEqualTo(49_152);
            assertThat(tokenizer.prefixId()).hasValue(1);
            assertThat(tokenizer.eosId()).hasValue(2);
        }
    }
}
