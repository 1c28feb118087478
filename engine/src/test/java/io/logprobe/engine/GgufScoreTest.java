package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.checkpoint.Checkpoint;
import io.logprobe.engine.checkpoint.GgufBuilder;
import io.logprobe.engine.checkpoint.TensorInfo;
import io.logprobe.engine.checkpoint.TinyGguf;
import io.logprobe.engine.cli.verify.GoldenCase;
import io.logprobe.engine.tokenizer.GgufVocabulary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reference models written as GGUF files score as their safetensors do, bit for bit: names, order of rows and columns,
/// hyperparameters and vocabulary all have to come out the same. `gguf_variants.py` has the quantised types.
class GgufScoreTest {

    private static final Path GOLDEN = Path.of("../../shared/golden");
    private static final Pattern LAYER = Pattern.compile("(?:model\\.layers|h)\\.(\\d+)\\.(.+)\\.(weight|bias)");
    private static final Map<String, String> GPT2 = Map.of(
            "wte.weight", "token_embd.weight",
            "wpe.weight", "position_embd.weight",
            "ln_f.weight", "output_norm.weight",
            "ln_f.bias", "output_norm.bias",
            "ln_1", "attn_norm",
            "ln_2", "ffn_norm",
            "attn.c_attn", "attn_qkv",
            "attn.c_proj", "attn_output",
            "mlp.c_fc", "ffn_up",
            "mlp.c_proj", "ffn_down");
    private static final Map<String, String> LLAMA = Map.ofEntries(
            Map.entry("model.embed_tokens.weight", "token_embd.weight"),
            Map.entry("model.norm.weight", "output_norm.weight"),
            Map.entry("lm_head.weight", "output.weight"),
            Map.entry("input_layernorm", "attn_norm"),
            Map.entry("post_attention_layernorm", "ffn_norm"),
            Map.entry("self_attn.q_proj", "attn_q"),
            Map.entry("self_attn.k_proj", "attn_k"),
            Map.entry("self_attn.v_proj", "attn_v"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"));

    @TempDir
    Path folder;

    @Test
    void scoresGpt2AsFromSafetensors() throws IOException {
        Path model = golden("gpt2");
        GgufVocabulary vocabulary = GgufVocabulary.of(model);
        GgufBuilder file = new GgufBuilder()
                .text("general.architecture", "gpt2")
                .uint32("gpt2.embedding_length", 64)
                .uint32("gpt2.block_count", 3)
                .uint32("gpt2.context_length", 96)
                .uint32("gpt2.attention.head_count", 4)
                .float32("gpt2.attention.layer_norm_epsilon", 1e-5f)
                .text("tokenizer.ggml.model", "gpt2")
                .text("tokenizer.ggml.pre", "gpt-2")
                .texts("tokenizer.ggml.tokens", vocabulary.tokens())
                .int32s("tokenizer.ggml.token_type", vocabulary.types())
                .texts("tokenizer.ggml.merges", vocabulary.merges())
                .uint32("tokenizer.ggml.bos_token_id", 2047)
                .uint32("tokenizer.ggml.eos_token_id", 2047);

        assertScoresAlike(model, write(file, model, GPT2));
    }

    @Test
    void scoresLlamaAsFromSafetensors() throws IOException {
        Path model = golden("llama2");
        GgufVocabulary vocabulary = GgufVocabulary.of(model);
        GgufBuilder file = new GgufBuilder()
                .text("general.architecture", "llama")
                .uint32("llama.embedding_length", 64)
                .uint32("llama.block_count", 2)
                .uint32("llama.feed_forward_length", 172)
                .uint32("llama.context_length", 128)
                .uint32("llama.attention.head_count", 4)
                .float32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .text("tokenizer.ggml.model", "llama")
                .texts("tokenizer.ggml.tokens", vocabulary.tokens())
                .int32s("tokenizer.ggml.token_type", vocabulary.types())
                .float32s("tokenizer.ggml.scores", vocabulary.scores())
                .uint32("tokenizer.ggml.bos_token_id", 1)
                .uint32("tokenizer.ggml.eos_token_id", 2)
                .uint32("tokenizer.ggml.unknown_token_id", 0);

        assertScoresAlike(model, write(file, model, LLAMA));
    }

    @Test
    void scoresAModelInPartsAsInOneFile() throws IOException {
        Path whole = Files.write(folder.resolve("whole.gguf"), TinyGguf.q8());
        List<byte[]> parts = TinyGguf.q8InParts(3);
        for (int i = 0; i < parts.size(); i++) {
            Files.write(folder.resolve("split-%05d-of-00003.gguf".formatted(i + 1)), parts.get(i));
        }
        List<Example> examples = List.of(new Example("The nurse said that", List.of(" he", " she"), 1));

        List<ScoredExample> results = score(folder.resolve("split-00002-of-00003.gguf"), examples);

        assertThat(results).isEqualTo(score(whole, examples));
    }

    private Path write(GgufBuilder file, Path model, Map<String, String> names) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(model);
                Arena arena = Arena.ofConfined()) {
            for (String name : checkpoint.names()) {
                Matcher layer = LAYER.matcher(name);
                String renamed = layer.matches()
                        ? "blk." + layer.group(1) + "." + names.get(layer.group(2)) + "." + layer.group(3)
                        : names.get(name);
                if (renamed == null || renamed.contains("null")) {
                    continue;
                }
                TensorInfo info = checkpoint.info(name);
                MemorySegment values = arena.allocate(info.elements() * Float.BYTES, Float.BYTES);
                checkpoint.readFloat32(name, values);
                int rows = info.shape().getFirst().intValue();
                int columns = (int) (info.elements() / rows);
                if (renamed.matches(".*attn_[qk]\\.weight")) {
                    file.tensor(renamed, 0, interleaved(values, rows, columns), rows, columns);
                } else if (name.matches(".*\\.c_\\w+\\.weight")) {
                    file.tensor(renamed, 0, transposed(values, rows, columns), columns, rows);
                } else {
                    file.tensor(renamed, 0, values.toArray(ValueLayout.JAVA_BYTE), shape(info));
                }
            }
        }
        return Files.write(folder.resolve("model.gguf"), file.build());
    }

    private static long[] shape(TensorInfo info) {
        return info.shape().stream().mapToLong(Long::longValue).toArray();
    }

    /// Heads of 16 rows: row `i` of the first half and row `i` of the second become neighbours.
    private static byte[] interleaved(MemorySegment values, int rows, int columns) {
        MemorySegment result = MemorySegment.ofArray(new byte[rows * columns * Float.BYTES]);
        for (int row = 0; row < rows; row++) {
            int inHead = row % 16;
            int target = row - inHead + inHead % 8 * 2 + inHead / 8;
            MemorySegment.copy(
                    values,
                    (long) row * columns * Float.BYTES,
                    result,
                    (long) target * columns * Float.BYTES,
                    columns * 4L);
        }
        return result.toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] transposed(MemorySegment values, int rows, int columns) {
        MemorySegment result = MemorySegment.ofArray(new byte[rows * columns * Float.BYTES]);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                result.set(
                        ValueLayout.JAVA_FLOAT_UNALIGNED,
                        ((long) column * rows + row) * Float.BYTES,
                        values.getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * columns + column));
            }
        }
        return result.toArray(ValueLayout.JAVA_BYTE);
    }

    private static Path golden(String model) {
        assumeTrue(Files.isDirectory(GOLDEN), () -> GOLDEN + " is not there");
        return GOLDEN.resolve(model);
    }

    private static void assertScoresAlike(Path model, Path gguf) throws IOException {
        List<Example> examples = examples(model);

        List<ScoredExample> results = score(gguf, examples);

        assertThat(results).hasSizeGreaterThan(10).isEqualTo(score(model, examples));
    }

    private static List<ScoredExample> score(Path model, List<Example> examples) {
        List<ScoredExample> results = new ArrayList<>();
        try (Scorer scorer = Scorer.open(model, EngineOptions.DEFAULT.withBackend(BackendChoice.CPU))) {
            scorer.score(examples, results::addAll);
        }
        return results;
    }

    private static List<Example> examples(Path model) throws IOException {
        JsonNode golden =
                new ObjectMapper().readTree(model.resolve("golden.json").toFile());
        return GoldenCase.of(golden).stream().map(GoldenCase::example).toList();
    }
}
