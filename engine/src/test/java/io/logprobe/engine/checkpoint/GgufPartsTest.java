package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.InvalidCheckpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufPartsTest {

    private static final int F32 = 0;
    private static final String KEYS = "model.layers.0.self_attn.k_proj.weight";

    @TempDir
    Path path;

    private ModelFolder folder;

    @BeforeEach
    void writeThreeParts() {
        folder = new ModelFolder(path);
        write(1, first());
        write(2, part(1).tensor("blk.0.attn_k.weight", F32, ModelFolder.floats(0, 2, 1, 3), 4, 1));
        write(3, part(2).tensor("output_norm.weight", F32, ModelFolder.floats(7, 8), 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"})
    void folderAndEveryPartStandForAllParts(String name) {
        try (Checkpoint checkpoint = Checkpoint.open(path.resolve(name))) {
            assertThat(checkpoint.names()).containsExactly("model.embed_tokens.weight", KEYS, "model.norm.weight");
        }
        assertThat(ModelConfig.open(path.resolve(name)).size("num_attention_heads"))
                .isEqualTo(2);
    }

    @Test
    void tensorsOfLaterPartsAreReadAsTheMetadataOfTheFirstSays() {
        try (Checkpoint checkpoint = Checkpoint.open(path);
                Arena arena = Arena.ofConfined()) {
            MemorySegment rows = arena.allocate(12, 4);
            checkpoint.readFloat32(KEYS, 1, 3, rows);

            assertThat(rows.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(1, 2, 3);
            assertThat(checkpoint.info(KEYS).file()).isEqualTo(path.resolve("m-00002-of-00003.gguf"));
        }
    }

    @Test
    void modelIsAnotherOneAsSoonAsAnyPartIs() {
        String before = identity();

        write(3, part(2).tensor("output_norm.weight", F32, ModelFolder.floats(7, 9), 2));

        assertThat(identity()).isNotEqualTo(before);
    }

    @Test
    void onlyPartOfOneIsAWholeFile() {
        folder.write("n-00001-of-00001.gguf", TinyGguf.float32());

        try (Checkpoint checkpoint = Checkpoint.open(path.resolve("n-00001-of-00001.gguf"))) {
            assertThat(checkpoint.names()).hasSize(11);
        }
    }

    @Test
    void missingPartIsNamed() throws Exception {
        Files.delete(path.resolve("m-00002-of-00003.gguf"));

        assertRefused(
                path.resolve("m-00003-of-00003.gguf"),
                "m-00002-of-00003.gguf: no such file, which is part of a GGUF model of 3 files, 1 of them missing");
        assertRefused(path, "m-00002-of-00003.gguf: no such file");
        assertThatThrownBy(() -> ModelConfig.open(path)).hasMessageContaining("m-00002-of-00003.gguf: no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"m-00004-of-00003.gguf", "m-00000-of-00003.gguf", "m-00001-of-99999.gguf"})
    void impossiblePartIsRefused(String name) {
        folder.write(name, first().build());

        assertRefused(path.resolve(name), name + ": part 1 of 3 of a split GGUF file; its name must end in -00001-of-");
    }

    @Test
    void severalModelsOfAFolderAreNamedOnceEach() {
        folder.write("n.gguf", TinyGguf.float32());

        assertRefused(path, "2 GGUF files; name one of them: [m-00001-of-00003.gguf, n.gguf]");
    }

    @Test
    void multimodalProjectorOfAFolderIsNoModel() {
        folder.write(
                "mmproj-m-f16.gguf",
                new GgufBuilder().text("general.architecture", "clip").build());

        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            assertThat(checkpoint.names()).containsExactly("model.embed_tokens.weight", KEYS, "model.norm.weight");
        }
    }

    @Test
    void partThatWasRenamedIsRefused() {
        folder.write("renamed.gguf", part(1).build());

        assertRefused(
                path.resolve("renamed.gguf"),
                "renamed.gguf: part 2 of 3 of a split GGUF file; its name must end in -00002-of-00003.gguf");
    }

    @Test
    void partInThePlaceOfAnotherIsRefused() {
        write(3, part(1));

        assertRefused(path, "m-00003-of-00003.gguf: part 2 of 3 of a split GGUF file");
    }

    @Test
    void partOfAnotherNumberOfPartsIsRefused() {
        write(2, new GgufBuilder().part(1, 2, 3));

        assertRefused(path, "m-00002-of-00003.gguf: part 2 of 2 of a split GGUF file");
    }

    @Test
    void wholeFileThatIsCalledLikeAPartIsRefused() {
        write(2, new GgufBuilder());

        assertRefused(path, "m-00002-of-00003.gguf: not a part of a split GGUF file, as its name says");
    }

    @Test
    void tensorInTwoPartsIsRefused() {
        write(3, part(2).tensor("blk.0.attn_k.weight", F32, ModelFolder.floats(0, 2, 1, 3), 4, 1));

        assertRefused(
                path,
                "m-00003-of-00003.gguf: tensor '" + KEYS + "' is also in " + path.resolve("m-00002-of-00003.gguf"));
    }

    @Test
    void partsWithOtherTensorsThanTheyShouldHaveAreRefused() {
        write(3, part(2));

        assertRefused(path, "m-00001-of-00003.gguf: split.tensors.count is 3, but all parts have 2 tensors");
    }

    @Test
    void partsOfDifferentModelsAreRefused() {
        write(2, new GgufBuilder().part(1, 3, 290));
        assertRefused(
                path,
                "m-00002-of-00003.gguf: split.tensors.count is not that of m-00001-of-00003.gguf: parts of different");

        write(2, part(1).text("general.architecture", "qwen2"));
        assertRefused(path, "m-00002-of-00003.gguf: general.architecture is not that of m-00001-of-00003.gguf");
    }

    private static GgufBuilder first() {
        return part(0).text("general.architecture", "llama")
                .uint32("llama.attention.head_count", 2)
                .uint32("llama.attention.head_count_kv", 1)
                .tensor("token_embd.weight", F32, new byte[24], 3, 2);
    }

    private static GgufBuilder part(int index) {
        return new GgufBuilder().part(index, 3, 3);
    }

    private void write(int number, GgufBuilder content) {
        folder.write("m-%05d-of-00003.gguf".formatted(number), content.build());
    }

    private String identity() {
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            return checkpoint.identity();
        }
    }

    private static void assertRefused(Path model, String message) {
        assertThatThrownBy(() -> Checkpoint.open(model))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining(message);
    }
}
