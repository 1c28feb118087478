package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.UnsupportedModel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What no reference model has of the families that are read from GGUF files.
class GgufFamiliesTest {

    private static final int F32 = 0;

    @TempDir
    Path path;

    private ModelFolder folder;

    @BeforeEach
    void useTheFolder() {
        folder = new ModelFolder(path);
    }

    @ParameterizedTest
    @CsvSource({"gemma2, 26, 8", "gemma2, 46, 6", "gemma3, 46, 8", "gemma3, 62, 6"})
    void dividesGemmasScoresByTheWidthThatItsSizeImplies(String architecture, int layers, int expected) {
        write(tokens(architecture)
                .uint32(architecture + ".block_count", layers)
                .uint32(architecture + ".embedding_length", 12)
                .uint32(architecture + ".attention.head_count", 2)
                .uint32(architecture + ".attention.key_length", 8));

        assertThat(config().integer("query_pre_attn_scalar")).isEqualTo(expected);
    }

    @Test
    void slidesAsThePeriodOrTheListSays() {
        String full = "full_attention";
        String sliding = "sliding_attention";

        write(gemma3(4).uint32("gemma3.attention.sliding_window", 9));
        assertThat(config().texts("layer_types")).containsExactly(sliding, sliding, sliding, sliding);

        write(gemma3(4)
                .uint32("gemma3.attention.sliding_window", 9)
                .uint32("gemma3.attention.sliding_window_pattern", 3));
        assertThat(config().texts("layer_types")).containsExactly(sliding, sliding, full, sliding);

        write(gemma3(2)
                .uint32("gemma3.attention.sliding_window", 9)
                .flags("gemma3.attention.sliding_window_pattern", List.of(false, true)));
        assertThat(config().texts("layer_types")).containsExactly(full, sliding);

        write(gemma3(2));
        assertThat(config().texts("layer_types")).containsExactly(full, full);
    }

    @Test
    void refusesAListOfSlidingLayersThatIsTooShort() {
        write(gemma3(3).flags("gemma3.attention.sliding_window_pattern", List.of(false, true)));

        assertThatThrownBy(this::config)
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining("sliding_window_pattern has 2 elements for 3 layers");
    }

    @Test
    void takesTheOneOffTheWeightsOfNormsAndLeavesTheirBias() {
        write(tokens("nemotron")
                .tensor("blk.0.attn_norm.weight", F32, ModelFolder.floats(1, 1.5f, -2), 3)
                .tensor("blk.0.attn_norm.bias", F32, ModelFolder.floats(1, 2, 3), 3));

        assertThat(read("model.layers.0.input_layernorm.weight", 0, 3)).containsExactly(0, 0.5f, -3);
        assertThat(read("model.layers.0.input_layernorm.weight", 1, 1)).containsExactly(0.5f);
        assertThat(read("model.layers.0.input_layernorm.bias", 0, 3)).containsExactly(1, 2, 3);
    }

    @Test
    void groupsHeadsAgainFromAnyRowOn() {
        int rows = 2 * (4 + 2 * 2);
        // Two key heads of two rows, each with two query heads.
        float[] stored = {0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15};
        write(tokens("falcon")
                .uint32("falcon.attention.head_count", 4)
                .uint32("falcon.attention.head_count_kv", 2)
                .tensor("blk.0.attn_qkv.weight", F32, ModelFolder.floats(stored), rows, 1));

        String name = "transformer.h.0.self_attention.query_key_value.weight";
        for (int first = 0; first < rows; first++) {
            int start = first;
            float[] expected = new float[rows - first];
            IntStream.range(0, expected.length).forEach(i -> expected[i] = start + i);
            assertThat(read(name, first, rows - first)).containsExactly(expected);
        }
        assertThat(read(name, 3, 6)).containsExactly(3, 4, 5, 6, 7, 8);
    }

    @Test
    void cutsJoinedHeadsApart() {
        write(tokens("phi2")
                .uint32("phi2.attention.head_count", 2)
                .tensor("blk.0.attn_qkv.weight", F32, ModelFolder.floats(1, 2, 3, 4, 5, 6), 6, 1)
                .tensor("blk.0.attn_qkv.bias", F32, ModelFolder.floats(1, 2, 3, 4, 5, 6), 6));

        assertThat(read("model.layers.0.self_attn.q_proj.weight", 0, 2)).containsExactly(1, 2);
        assertThat(read("model.layers.0.self_attn.k_proj.bias", 0, 2)).containsExactly(3, 4);
        assertThat(read("model.layers.0.self_attn.v_proj.weight", 1, 1)).containsExactly(6);
    }

    @Test
    void refusesHeadsThatDoNotFitTheRows() {
        write(tokens("gptneox")
                .uint32("gptneox.attention.head_count", 2)
                .tensor("blk.0.attn_qkv.weight", F32, new byte[20], 5, 1));

        assertThatThrownBy(() -> Checkpoint.open(path))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining("tensor 'blk.0.attn_qkv.weight' has 5 rows, which 2 query heads, 2 key heads");
    }

    @ParameterizedTest
    @CsvSource({"0", "70000"})
    void refusesAnAbsurdNumberOfHeads(long heads) {
        write(tokens("gptneox")
                .uint32("gptneox.attention.head_count", heads)
                .tensor("blk.0.attn_qkv.weight", F32, new byte[24], 6, 1));

        assertThatThrownBy(() -> Checkpoint.open(path))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining("gptneox.attention.head_count must be between 1 and 65536, not " + heads);
    }

    @Test
    void passesOptionsOn() {
        write(tokens("gptneox")
                .uint32("gptneox.embedding_length", 80)
                .uint32("gptneox.attention.head_count", 1)
                .uint32("gptneox.rope.dimension_count", 49)
                .flag("gptneox.use_parallel_residual", false));
        assertThat(config().flag("use_parallel_residual")).isFalse();
        assertThat((int) (80 * config().number("partial_rotary_factor"))).isEqualTo(49);

        write(tokens("mpt").float32("mpt.attention.clamp_kqv", 1.5f).float32("mpt.attention.max_alibi_bias", 8));
        assertThat(config().objectOrEmpty("attn_config").number("clip_qkv")).isEqualTo(1.5);
        assertThat(config().objectOrEmpty("attn_config").flag("alibi")).isTrue();
    }

    @Test
    void refusesGranitesSharedExperts() {
        write(tokens("granitemoe").uint32("granitemoe.expert_shared_feed_forward_length", 64));

        assertThatThrownBy(this::config)
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("model.gguf: granitemoe.expert_shared_feed_forward_length is not supported");
    }

    private static GgufBuilder gemma3(int layers) {
        return tokens("gemma3")
                .uint32("gemma3.block_count", layers)
                .uint32("gemma3.embedding_length", 8)
                .uint32("gemma3.attention.head_count", 2);
    }

    private static GgufBuilder tokens(String architecture) {
        return new GgufBuilder()
                .text("general.architecture", architecture)
                .tensor("token_embd.weight", F32, new byte[24], 3, 2);
    }

    private void write(GgufBuilder file) {
        folder.write("model.gguf", file.build());
    }

    private ModelConfig config() {
        return ModelConfig.open(path);
    }

    private float[] read(String name, long firstRow, long rows) {
        try (Checkpoint checkpoint = Checkpoint.open(path);
                Arena arena = Arena.ofConfined()) {
            long elements = rows * checkpoint.info(name).rowElements();
            MemorySegment values = arena.allocate(elements * 4, 4);
            checkpoint.readFloat32(name, firstRow, rows, values);
            return values.toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
