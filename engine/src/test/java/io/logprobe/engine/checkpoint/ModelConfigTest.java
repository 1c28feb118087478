package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.InvalidCheckpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {

    @TempDir
    Path path;

    @Test
    void readsValuesUnderAnyOfTheirNames() {
        ModelConfig config = config("{\"n_embd\":64,\"eps\":1e-5,\"tied\":true,\"act\":\"gelu\",\"list\":[1,2.5]}");

        assertThat(config.size("hidden_size", "n_embd")).isEqualTo(64);
        assertThat(config.number("eps")).isEqualTo(1e-5);
        assertThat(config.flag("tied")).isTrue();
        assertThat(config.text("act")).isEqualTo("gelu");
        assertThat(config.numbers("list")).containsExactly(1.0, 2.5);
    }

    @Test
    void treatsNullAsAbsent() {
        ModelConfig config = config("{\"n_inner\":null}");

        assertThat(config.has("n_inner")).isFalse();
        assertThat(config.sizeOr(256, "n_inner")).isEqualTo(256);
        assertThat(config.numberOr(0.5, "n_inner")).isEqualTo(0.5);
        assertThat(config.flagOr(true, "n_inner")).isTrue();
        assertThat(config.textOr("relu", "n_inner")).isEqualTo("relu");
        assertThat(config.object("n_inner")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                 | config.json: hidden_size or n_embd is missing",
                "{\"n_embd\":\"64\"} | config.json: n_embd must be an integer, not \"64\"",
                "{\"n_embd\":6.5}   | config.json: n_embd must be an integer, not 6.5",
                "{\"n_embd\":0}     | config.json: n_embd must be between 1 and 33554432, not 0",
                "{\"n_embd\":1e300} | config.json: n_embd must be between 1 and 33554432, not 1.0E300",
                "{\"n_embd\":64,\"hidden_size\":65} | config.json: hidden_size is 65 but n_embd is 64",
            })
    void namesTheKeyOfABadSize(String json, String message) {
        assertRejected(json, config -> config.size("hidden_size", "n_embd"), message);
    }

    @Test
    void namesTheKeyOfOtherBadValues() {
        assertRejected("{\"a\":NaN}", config -> config.number("a"), "a must be a finite number, not \"NaN\"");
        assertRejected("{\"a\":\"1\"}", config -> config.number("a"), "a must be a finite number");
        assertRejected("{\"a\":1}", config -> config.flag("a"), "a must be true or false, not 1");
        assertRejected("{\"a\":[]}", config -> config.text("a"), "a must be a string, not []");
        assertRejected("{\"a\":1}", config -> config.object("a"), "a must be an object, not 1");
        assertRejected("{\"a\":{}}", config -> config.texts("a"), "a must be a list, not {}");
        assertRejected("{\"a\":[1,\"b\"]}", config -> config.numbers("a"), "a[1] must be a finite number");
        assertRejected(
                "{\"a\":{\"b\":{\"c\":1}}}",
                config -> config.object("a")
                        .orElseThrow()
                        .object("b")
                        .orElseThrow()
                        .text("c"),
                "a.b.c must be a string");
    }

    @Test
    void readsRotaryParametersOfTransformers4() {
        ModelConfig config = config("""
                {"rope_theta":500000.0,"rope_scaling":{"type":"linear","factor":4.0}}""");

        ModelConfig rope = config.rope("full_attention");

        assertThat(rope.text("rope_type")).isEqualTo("linear");
        assertThat(rope.number("factor")).isEqualTo(4);
        assertThat(rope.number("rope_theta")).isEqualTo(500_000);
        assertRejected(
                "{\"rope_scaling\":{\"factor\":\"4\"}}",
                bad -> bad.rope("full_attention").number("factor"),
                "rope_scaling.factor must be a finite number");
    }

    @Test
    void readsRotaryParametersOfTransformers5() {
        ModelConfig flat = config("{\"rope_parameters\":{\"rope_type\":\"yarn\",\"rope_theta\":1e4,\"factor\":2}}");
        ModelConfig byLayer = config("""
                {"rope_parameters":{"full_attention":{"rope_type":"default","rope_theta":1e6},
                "sliding_attention":{"rope_type":"default","rope_theta":1e4}}}""");

        assertThat(flat.rope("full_attention").text("rope_type")).isEqualTo("yarn");
        assertThat(flat.rope("full_attention").number("rope_theta")).isEqualTo(1e4);
        assertThat(byLayer.rope("full_attention").number("rope_theta")).isEqualTo(1e6);
        assertThat(byLayer.rope("sliding_attention").number("rope_theta")).isEqualTo(1e4);
    }

    @Test
    void scalesOnlyTheGlobalLayersOfGemma3() {
        ModelConfig config = config("""
                {"rope_theta":1e6,"rope_local_base_freq":1e4,"rope_scaling":{"rope_type":"linear","factor":8}}""");

        assertThat(config.rope("full_attention").number("factor")).isEqualTo(8);
        assertThat(config.rope("sliding_attention").has("factor")).isFalse();
        assertThat(config.rope("sliding_attention").number("rope_theta")).isEqualTo(1e4);
    }

    @Test
    void readsTheElementTypeUnderBothNames() {
        assertThat(config("{\"torch_dtype\":\"torch.bfloat16\"}").dtype()).contains("bfloat16");
        assertThat(config("{\"dtype\":\"float16\"}").dtype()).contains("float16");
        assertThat(config("{}").dtype()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"a\":2} | config.json: not valid JSON: line 1, column 11: field 'a' is there twice",
                "[]                | expected a JSON object",
                "{} x              | config.json: not valid JSON: line 1, column 4: 'x' is no value",
                "{                 | config.json: not valid JSON: line 1, column 2: it ends within a value",
                "''                | expected a JSON object",
            })
    void rejectsFileThatIsNotOneObject(String json, String message) {
        new ModelFolder(path).write("config.json", json);

        assertThatThrownBy(() -> ModelConfig.open(path))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(message);
    }

    @Test
    void rejectsDeepJson() {
        new ModelFolder(path).write("config.json", "{\"a\":" + "[".repeat(1_000_000));

        assertThatThrownBy(() -> ModelConfig.open(path))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageEndingWith("config.json: not valid JSON: values are nested too deeply");
    }

    @Test
    void namesTheFolderWithoutConfig() {
        assertThatThrownBy(() -> ModelConfig.open(path))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessage(path + ": neither config.json nor a GGUF file");
    }

    private static ModelConfig config(String json) {
        return ModelConfig.of("config.json", JsonDocument.parse("config.json", json.getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertRejected(String json, Consumer<ModelConfig> reader, String message) {
        ModelConfig config = config(json);
        assertThatThrownBy(() -> reader.accept(config))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining(message);
    }
}
