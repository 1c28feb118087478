package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.InvalidCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardIndexTest {

    private static final String INDEX = "model.safetensors.index.json";
    private static final byte[] SHARD_OF_A =
            ModelFolder.safetensorsBytes("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1);

    @TempDir
    Path root;

    private Path path;
    private ModelFolder folder;

    @BeforeEach
    void useAFolder() throws IOException {
        path = Files.createDirectories(root.resolve("snapshots/0123"));
        folder = new ModelFolder(path);
    }

    @Test
    void opensTheShards() {
        folder.write("one.safetensors", SHARD_OF_A);
        folder.write(INDEX, "{\"metadata\":{},\"weight_map\":{\"a\":\"one.safetensors\"}}");

        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            assertThat(checkpoint.names()).containsExactly("a");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../one.safetensors",
                "/etc/passwd",
                "sub/one.safetensors",
                "..",
                ".",
                "",
                "a..b",
                "C:\\\\one",
                "one\\u0000.safetensors"
            })
    void rejectsNameThatIsNotAPlainFileName(String name) {
        folder.write(INDEX, "{\"weight_map\":{\"a\":\"" + name + "\"}}");

        assertRejected("is not the name of a file beside the index");
    }

    @Test
    void rejectsLinkOutOfTheFolder() throws IOException {
        Path outside = Files.write(root.resolve("outside.safetensors"), SHARD_OF_A);
        Files.createSymbolicLink(path.resolve("one.safetensors"), outside);
        folder.write(INDEX, "{\"weight_map\":{\"a\":\"one.safetensors\"}}");

        assertRejected("shard 'one.safetensors' is a link out of the model folder");
    }

    @Test
    void followsLinksIntoTheBlobsOfTheSameRepository() throws IOException {
        Path blob = Files.write(Files.createDirectories(root.resolve("blobs")).resolve("4567"), SHARD_OF_A);
        Files.createSymbolicLink(path.resolve("one.safetensors"), blob);
        folder.write(INDEX, "{\"weight_map\":{\"a\":\"one.safetensors\"}}");

        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            assertThat(checkpoint.names()).containsExactly("a");
        }
    }

    @Test
    void rejectsTensorThatItsShardLacks() {
        folder.write("one.safetensors", SHARD_OF_A);
        folder.write(INDEX, "{\"weight_map\":{\"b\":\"one.safetensors\"}}");

        assertRejected("shard 'one.safetensors' has no tensor 'b'");
    }

    @Test
    void rejectsTensorThatTwoShardsHave() {
        folder.write("one.safetensors", SHARD_OF_A);
        folder.write("two.safetensors", SHARD_OF_A);
        folder.write(INDEX, "{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}}");

        assertRejected("tensor 'a' is also in");
    }

    @Test
    void rejectsMissingShard() {
        folder.write(INDEX, "{\"weight_map\":{\"a\":\"one.safetensors\"}}");

        assertRejected("shard 'one.safetensors' cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"weight_map\":{}}", "{\"weight_map\":[]}", "{\"weight_map\":{\"a\":1}}"})
    void rejectsIndexWithoutFileNames(String index) {
        folder.write(INDEX, index);

        assertRejected("weight_map");
    }

    @Test
    void rejectsRecursiveJson() {
        folder.write(INDEX, "{\"weight_map\":" + "{\"a\":".repeat(100_000));

        assertRejected("not valid JSON");
    }

    @Test
    void rejectsDuplicateKeys() {
        folder.write(INDEX, "{\"weight_map\":{\"a\":\"x\",\"a\":\"y\"}}");

        assertRejected("not valid JSON: line 1, column 27: field 'a' is there twice");
    }

    private void assertRejected(String message) {
        assertThatThrownBy(() -> Checkpoint.open(path))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining(message);
    }
}
