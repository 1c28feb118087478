package io.logprobe.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ModelFilesTest {

    @Test
    void safetensorsArePreferredToPickledWeights() {
        assertThat(select("config.json", "model.safetensors", "pytorch_model.bin", "tokenizer.json"))
                .containsExactlyInAnyOrder("config.json", "tokenizer.json", "model.safetensors");
    }

    @Test
    void everyShardAndItsIndexAreTaken() {
        assertThat(select(
                        "model-00001-of-00002.safetensors",
                        "model-00002-of-00002.safetensors",
                        "model.safetensors.index.json"))
                .hasSize(3);
    }

    @Test
    void pickledWeightsAreTakenWhereThereAreNoOthers() {
        assertThat(select("pytorch_model.bin", "flax_model.msgpack", "vocab.json", "merges.txt"))
                .containsExactlyInAnyOrder("vocab.json", "merges.txt", "pytorch_model.bin");
    }

    @Test
    void whatNeitherConfiguresNorWeighsIsLeft() {
        assertThat(select("README.md", "onnx/model.onnx", "sub/model.safetensors", "training_args.bin"))
                .isEmpty();
    }

    @Test
    void ggufFileIsTakenAlone() {
        assertThat(selectGguf("a-Q8_0.gguf", "config.json", "a-F16.gguf", "a-Q8_0.gguf", "tokenizer.json"))
                .containsExactly("a-Q8_0.gguf");
        assertThat(selectGguf("sub/a.gguf", "a.gguf", "sub/a.gguf")).containsExactly("sub/a.gguf");
    }

    @Test
    void allPartsOfASplitGgufFileAreTaken() {
        String[] parts = {"q/a-00001-of-00002.gguf", "q/a-00002-of-00002.gguf"};

        assertThat(selectGguf(parts[0], "a-00002-of-00002.gguf", parts[0], "q/a-00001-of-00003.gguf", parts[1]))
                .containsExactly(parts);
    }

    @Test
    void ggufFilesThatNobodyNamedAreLeft() {
        assertThat(select("config.json", "a-Q8_0.gguf")).isEmpty();
        assertThat(selectGguf("b.gguf", "a.gguf")).isEmpty();
    }

    private static List<String> select(String... paths) {
        return selectGguf(null, paths);
    }

    private static List<String> selectGguf(String gguf, String... paths) {
        return ModelFiles.select(
                        Stream.of(paths)
                                .map(path -> new HubFile("file", path, 1, "0".repeat(40), null))
                                .toList(),
                        gguf)
                .stream()
                .map(HubFile::path)
                .toList();
    }
}
