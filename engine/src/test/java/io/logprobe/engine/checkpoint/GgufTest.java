package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.UnsupportedModel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GgufTest {

    private static final int F32 = 0;
    private static final int Q8_0 = 8;

    @TempDir
    Path path;

    private ModelFolder folder;

    @BeforeEach
    void useTheFolder() {
        folder = new ModelFolder(path);
    }

    @Test
    void namesLlamasTensorsAsTransformersDoes() {
        write(llama().tensor("blk.0.attn_v.weight", F32, new byte[16], 2, 2)
                .tensor("blk.0.ffn_norm.weight", F32, new byte[8], 2)
                .tensor("output.weight", F32, new byte[24], 3, 2));

        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            assertThat(checkpoint.names())
                    .containsExactly(
                            "model.embed_tokens.weight",
                            "model.layers.0.self_attn.v_proj.weight",
                            "model.layers.0.post_attention_layernorm.weight",
                            "lm_head.weight");
            assertThat(checkpoint.info("lm_head.weight").shape()).containsExactly(3L, 2L);
        }
    }

    @Test
    void putsRowsOfQueriesAndKeysBackInTheirOrder() {
        byte[] interleaved = ModelFolder.floats(0, 2, 1, 3, 4, 6, 5, 7);
        write(llama().tensor("blk.0.attn_q.weight", F32, interleaved, 8, 1));

        String name = "model.layers.0.self_attn.q_proj.weight";
        assertThat(read(name, 0, 8)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(read(name, 3, 3)).containsExactly(3, 4, 5);
    }

    @Test
    void takesTheNumberOfKeyHeadsForKeys() {
        write(llama().tensor("blk.0.attn_k.weight", F32, ModelFolder.floats(0, 2, 1, 3), 4, 1));

        assertThat(read("model.layers.0.self_attn.k_proj.weight", 0, 4)).containsExactly(0, 1, 2, 3);
    }

    @Test
    void cutsStackedExpertsApart() {
        write(llama().tensor("blk.1.ffn_down_exps.weight", F32, ModelFolder.floats(1, 2, 3, 4), 2, 1, 2));

        assertThat(read("model.layers.1.block_sparse_moe.experts.0.w2.weight", 0, 1))
                .containsExactly(1, 2);
        assertThat(read("model.layers.1.block_sparse_moe.experts.1.w2.weight", 0, 1))
                .containsExactly(3, 4);
    }

    @Test
    void takesExpertsOfEarlyFilesAsTheyAre() {
        write(llama().tensor("blk.1.ffn_up.3.weight", F32, ModelFolder.floats(1, 2), 1, 2));

        assertThat(read("model.layers.1.block_sparse_moe.experts.3.w3.weight", 0, 1))
                .containsExactly(1, 2);
    }

    @Test
    void transposesLinearLayersOfGpt2() {
        int out = 40;
        float[] stored = new float[out * 3];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = i;
        }
        write(new GgufBuilder()
                .text("general.architecture", "gpt2")
                .tensor("blk.0.ffn_up.weight", F32, ModelFolder.floats(stored), out, 3));

        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            assertThat(checkpoint.info("transformer.h.0.mlp.c_fc.weight").shape())
                    .containsExactly(3L, (long) out);
        }
        float[] secondRow = read("transformer.h.0.mlp.c_fc.weight", 1, 1);
        for (int column = 0; column < out; column++) {
            assertThat(secondRow[column]).isEqualTo(stored[column * 3 + 1]);
        }
    }

    @ParameterizedTest
    @MethodSource("weightTypes")
    void readsRowsOfEveryTypePieceByPiece(int number) {
        int rows = 8;
        int columns = 512;
        StoredType type = StoredType.ofGguf(number).orElseThrow();
        byte[] content = new byte[(int) type.byteSize((long) rows * columns)];
        new Random(number).nextBytes(content);
        write(llama().tensor("blk.0.attn_q.weight", number, content, rows, columns)
                .tensor("blk.0.attn_v.weight", number, content, rows, columns));

        for (String name : List.of("q_proj", "v_proj")) {
            String tensor = "model.layers.0.self_attn." + name + ".weight";
            float[] pieces = new float[rows * columns];
            for (int row = 0; row < rows; row += 3) {
                float[] piece = read(tensor, row, Math.min(3, rows - row));
                System.arraycopy(piece, 0, pieces, row * columns, piece.length);
            }
            assertThat(pieces).as("%s of %s", name, type).containsExactly(read(tensor, 0, rows));
        }
    }

    private static IntStream weightTypes() {
        return IntStream.range(0, 64)
                .filter(number ->
                        StoredType.ofGguf(number).filter(StoredType::isWeight).isPresent());
    }

    @Test
    void derivesTheConfigFromMetadataAndTensors() {
        write(llama().float32("llama.rope.freq_base", 500_000));

        ModelConfig config = ModelConfig.open(path);

        assertThat(config.modelType()).isEqualTo("llama");
        assertThat(config.size("hidden_size")).isEqualTo(2);
        assertThat(config.size("num_attention_heads")).isEqualTo(2);
        assertThat(config.size("num_key_value_heads")).isEqualTo(1);
        assertThat(config.size("vocab_size")).isEqualTo(3);
        assertThat(config.flag("tie_word_embeddings")).isTrue();
        assertThat(config.rope("full_attention").number("rope_theta")).isEqualTo(500_000);
        assertThat(config.rope("full_attention").text("rope_type")).isEqualTo("default");
    }

    @Test
    void derivesRotaryDivisorsFromTheirTensor() {
        write(llama().tensor("rope_freqs.weight", F32, ModelFolder.floats(1, 8), 2));

        ModelConfig rope = ModelConfig.open(path).rope("full_attention");

        assertThat(rope.text("rope_type")).isEqualTo("longrope");
        assertThat(rope.numbers("short_factor")).containsExactly(1.0, 8.0);
        assertThat(rope.numbers("long_factor")).containsExactly(1.0, 8.0);
        assertThat(rope.number("attention_factor")).isEqualTo(1.0);
    }

    @Test
    void refusesConfigOfUnknownArchitecture() {
        write(new GgufBuilder().text("general.architecture", "mamba"));

        assertThatThrownBy(() -> ModelConfig.open(path))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("general.architecture 'mamba'")
                .hasMessageContaining("llama");
    }

    @Test
    void refusesFolderWithSeveralFiles() {
        folder.write("a.gguf", new GgufBuilder().build());
        folder.write("b.gguf", new GgufBuilder().build());

        assertThatThrownBy(() -> Checkpoint.open(path))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining("2 GGUF files; name one of them: [a.gguf, b.gguf]");
    }

    @ParameterizedTest
    @CsvSource({"1, GGUF version 1 is not supported", "4, version 4", "50331648, a big-endian file is not supported"})
    void rejectsOtherVersions(int version, String message) {
        write(new GgufBuilder().version(version));

        assertRejected(message);
    }

    @Test
    void rejectsUnsupportedQuantisationByName() {
        write(llama().tensor("blk.0.attn_v.weight", 18, new byte[98], 256));

        assertRejected("tensor 'blk.0.attn_v.weight' is stored as IQ3_XXS, which is not supported: supported are F32,");
    }

    @Test
    void rejectsRowsThatAreNotWholeBlocks() {
        write(llama().tensor("t", Q8_0, new byte[34], 31));

        assertRejected("tensor 't' has rows of 31 elements, not a multiple of Q8_0's 32");
    }

    @Test
    void rejectsDuplicateTensor() {
        write(llama().tensor("t", F32, new byte[4], 1).tensor("t", F32, new byte[4], 1));

        assertRejected("tensor 't' is there twice");
    }

    @Test
    void rejectsDuplicateKey() {
        write(llama().uint32("llama.block_count", 1));

        assertRejected("metadata key 'llama.block_count' is there twice");
    }

    @Test
    void rejectsOverlapHoleAndMisalignment() {
        for (long offset : new long[] {0, 96, 33, -32, Long.MAX_VALUE}) {
            write(llama().tensorAt(offset, "t", F32, new byte[4], 1));

            assertRejected("tensor ");
            assertRejected("tensors overlap or leave a hole");
        }
    }

    @Test
    void rejectsTensorBeyondTheEnd() {
        write(llama().tensor("t", F32, new byte[32], 9));

        assertRejected("tensor 't' of 36 bytes leaves the file");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, has the shape",
        "-1, 1, has the shape",
        "4294967296, 4294967296, has too many elements",
        "4611686018427387904, 1, has too many elements"
    })
    void rejectsAbsurdShape(long rows, long columns, String message) {
        write(llama().tensor("t", F32, new byte[4], rows, columns));

        assertRejected(message);
    }

    @Test
    void rejectsTrailingBytes() {
        byte[] file = llama().build();
        folder.write("model.gguf", Arrays.copyOf(file, file.length + 40));

        assertRejected("bytes follow the last tensor");
    }

    @Test
    void rejectsTooManyDimensions() {
        write(llama().tensor("t", F32, new byte[4], 1, 1, 1, 1, 1, 1, 1, 1, 1));

        assertRejected("tensor 't' has 9 dimensions");
    }

    @Test
    void rejectsHugeArrayBeforeReadingIt() {
        byte[] length = new byte[12];
        length[0] = 4;
        length[11] = 0x10;
        write(new GgufBuilder().raw("a", 9, length));

        assertRejected("metadata key 'a' is an array of 1152921504606846976 elements");
    }

    @Test
    void rejectsArrayOfArrays() {
        byte[] nested = new byte[12];
        nested[0] = 9;
        nested[4] = 1;
        write(new GgufBuilder().raw("a", 9, nested));

        assertRejected("metadata key 'a' is an array of arrays");
    }

    @Test
    void rejectsHugeString() {
        write(new GgufBuilder().raw("a", 8, GgufBuilder.int64(Long.MAX_VALUE)));

        assertRejected("a string of 9223372036854775807 bytes");
    }

    @Test
    void rejectsHeadsThatDoNotDivideTheRows() {
        write(llama().tensor("blk.0.attn_q.weight", F32, new byte[12], 3, 1));

        assertRejected("has 3 rows, which 2 heads of an even size cannot share");
    }

    @Test
    void rejectsAlignmentThatIsNoPowerOfTwo() {
        write(new GgufBuilder().uint32("general.alignment", 33));

        assertRejected("general.alignment must be a power of two");
    }

    private static GgufBuilder llama() {
        return new GgufBuilder()
                .text("general.architecture", "llama")
                .uint32("llama.block_count", 2)
                .uint32("llama.embedding_length", 2)
                .uint32("llama.feed_forward_length", 4)
                .uint32("llama.context_length", 16)
                .uint32("llama.attention.head_count", 2)
                .uint32("llama.attention.head_count_kv", 1)
                .float32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .tensor("token_embd.weight", F32, new byte[24], 3, 2);
    }

    private void write(GgufBuilder file) {
        folder.write("model.gguf", file.build());
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

    private void assertRejected(String message) {
        assertThatThrownBy(() -> Checkpoint.open(path))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining("model.gguf")
                .hasMessageContaining(message);
    }
}
