package io.logprobe.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.logprobe.engine.checkpoint.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenTokenizerTest {

    @ParameterizedTest
    @MethodSource("io.logprobe.engine.tokenizer.Golden#folders")
    void encodesEveryTextAsTransformersDoes(Path folder) throws IOException {
        JsonNode golden = Golden.read(folder);

        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            for (JsonNode row : golden.get("encode")) {
                String text = row.get("text").textValue();
                assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(Golden.ids(row.get("ids")));
                assertThat(tokenizer.encode(text, false)).as(text).isEqualTo(Golden.ids(row.get("ids_no_special")));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.logprobe.engine.tokenizer.Golden#folders")
    void knowsItsSpecialTokensAndSize(Path folder) throws IOException {
        JsonNode golden = Golden.read(folder);

        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.size()).isEqualTo(golden.get("tokenizer_size").asInt());
            assertThat(tokenizer.prefixId())
                    .hasValue(golden.get("prefix_token_id").asInt());
            assertThat(tokenizer.decode(new int[] {tokenizer.prefixId().getAsInt()}, false))
                    .isEqualTo(golden.get("prefix_token_text").textValue());
            assertThat(tokenizer.bosId().isPresent())
                    .isEqualTo(!golden.get("bos_token_id").isNull());
        }
    }

    @TestFactory
    List<DynamicTest> splitsEveryPairAsLmEvalDoes() {
        return Golden.folders()
                .map(folder -> DynamicTest.dynamicTest(
                        folder.getFileName().toString(), () -> splitsEveryPairAsLmEvalDoes(folder)))
                .toList();
    }

    private static void splitsEveryPairAsLmEvalDoes(Path folder) throws IOException {
        JsonNode golden = Golden.read(folder);
        List<TextPair> pairs = new ArrayList<>();
        List<JsonNode> expected = new ArrayList<>();
        for (JsonNode example : golden.get("cases")) {
            for (int i = 0; i < example.get("classes").size(); i++) {
                pairs.add(new TextPair(
                        example.get("text").textValue(),
                        example.get("classes").get(i).textValue()));
                expected.add(example.get("results").get(i));
            }
        }

        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            int maxLength = MaxLength.resolve(ModelConfig.open(folder), tokenizer);
            assertThat(maxLength).isEqualTo(golden.get("max_length").asInt());
            List<PairEncoding> encodings = new PairEncoder(tokenizer, BosPolicy.TOKENIZER, maxLength).encodeAll(pairs);
            for (int i = 0; i < pairs.size(); i++) {
                requireEqual(encodings.get(i), expected.get(i), pairs.get(i));
            }
        }
    }

    private static void requireEqual(PairEncoding actual, JsonNode expected, TextPair pair) {
        if (expected.has("hflm_error")) {
            assertThat(actual)
                    .as("%s", pair)
                    .isEqualTo(new RejectedPair(expected.get("hflm_error").textValue()));
            return;
        }
        EncodedPair tokens = actual.orThrow();
        assertThat(tokens.context()).as("%s", pair).isEqualTo(Golden.ids(expected.get("context_ids")));
        assertThat(tokens.continuation()).as("%s", pair).isEqualTo(Golden.ids(expected.get("continuation_ids")));
        assertThat(tokens.input()).as("%s", pair).isEqualTo(Golden.ids(expected.get("input_ids")));
        assertThat(tokens.continuation().length)
                .isEqualTo(expected.get("num_tokens").asInt());
        assertThat(tokens.truncated()).isEqualTo(expected.get("truncated").asBoolean());
        assertThat(tokens.boundaryMismatch()).as("%s", pair).isEqualTo(expected.has("whole_ids"));
    }
}
