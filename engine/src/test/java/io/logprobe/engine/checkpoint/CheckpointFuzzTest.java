package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Thousands of damaged files per format: each is read, or refused with a message, in bounded memory and time.
class CheckpointFuzzTest {

    private static final Path GOLDEN = Path.of("../../shared/golden");
    private static final int MUTATIONS = 3000;
    private static final long MAX_ALLOCATED_BYTES = 256L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path path;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void survivesDamagedSafetensors() throws IOException {
        fuzz(golden("falcon-40b-style/model-00001-of-00003.safetensors"), "model.safetensors", 1600, 0);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void survivesDamagedZipPickle() throws IOException {
        fuzz(golden("gpt-j/pytorch_model-00002-of-00003.bin"), "pytorch_model.bin", 1500, 1500);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void survivesDamagedLegacyPickle() throws IOException {
        fuzz(golden("gpt-neo/pytorch_model.bin"), "pytorch_model.bin", 9000, 200);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void survivesDamagedGguf() throws IOException {
        byte[] file = gguf();
        fuzz(file, "model.gguf", file.length / 2, 0);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void survivesDamagedIndex() throws IOException {
        Path model = GOLDEN.resolve("falcon-40b-style");
        assumeTrue(Files.isDirectory(model), () -> model + " is not there");
        for (int i = 1; i <= 3; i++) {
            String shard = "model-0000" + i + "-of-00003.safetensors";
            Files.copy(model.resolve(shard), path.resolve(shard));
        }
        byte[] index = golden("falcon-40b-style/model.safetensors.index.json");
        fuzz(index, "model.safetensors.index.json", index.length, 0);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void survivesDamagedConfig() throws IOException {
        Random random = new Random(17);
        byte[] config = golden("gemma3-text-v5config/config.json");
        for (int i = 0; i < MUTATIONS; i++) {
            Files.write(path.resolve("config.json"), new Mutation(random).of(config, config.length, 0));
            bounded(i, () -> {
                ModelConfig model = ModelConfig.open(path);
                model.modelType();
                model.architectures();
                model.size("hidden_size");
                model.number("rms_norm_eps");
                model.dtype();
                model.texts("layer_types");
                model.rope("sliding_attention").number("rope_theta");
            });
        }
    }

    private static byte[] golden(String file) throws IOException {
        assumeTrue(Files.isDirectory(GOLDEN), () -> GOLDEN + " is not there");
        return Files.readAllBytes(GOLDEN.resolve(file));
    }

    private static byte[] gguf() {
        return new GgufBuilder()
                .text("general.architecture", "llama")
                .uint32("llama.attention.head_count", 2)
                .float32("llama.rope.freq_base", 10_000)
                .flag("tokenizer.ggml.add_bos_token", true)
                .texts("tokenizer.ggml.tokens", List.of("a", "b", "c"))
                .tensor("token_embd.weight", 8, new byte[3 * 68], 3, 64)
                .tensor("blk.0.attn_q.weight", 2, new byte[64 * 36], 64, 64)
                .tensor("blk.0.attn_v.weight", 3, new byte[8 * 40], 8, 64)
                .tensor("blk.0.ffn_up.weight", 12, new byte[2 * 144], 2, 256)
                .tensor("blk.0.ffn_down.weight", 14, new byte[2 * 210], 2, 256)
                .tensor("blk.0.attn_output.weight", 11, new byte[2 * 110], 2, 256)
                .tensor("blk.0.ffn_gate.weight", 23, new byte[2 * 136], 2, 256)
                .tensor("output_norm.weight", 0, new byte[256], 64)
                .build();
    }

    private void fuzz(byte[] file, String name, int structure, int structureAtEnd) throws IOException {
        Random random = new Random(4711);
        int read = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Files.write(path.resolve(name), new Mutation(random).of(file, structure, structureAtEnd));
            if (bounded(i, this::readAll)) {
                read++;
            }
        }
        // Had nothing been refused or nothing read, the mutations would be of no use.
        assertThat(read).isBetween(10, MUTATIONS - 10);
    }

    private void readAll() {
        try (Checkpoint checkpoint = Checkpoint.open(path);
                Arena arena = Arena.ofConfined()) {
            long largest = checkpoint.names().stream()
                    .mapToLong(name -> checkpoint.info(name).elements())
                    .max()
                    .orElse(0);
            assertThat(largest).isLessThan(1 << 20);
            MemorySegment buffer = arena.allocate(largest * 4 + 4, 4);
            for (String name : checkpoint.names()) {
                if (checkpoint.info(name).type().isWeight()) {
                    checkpoint.readFloat32(name, buffer);
                    checkpoint.readBfloat16(name, buffer);
                }
            }
        }
    }

    /// Whether the reader accepts the file.
    private static boolean bounded(int mutation, Runnable reader) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean accepted = true;
        try {
            reader.run();
        } catch (InvalidCheckpoint e) {
            assertThat(e).hasMessageMatching("(?s).{10,2000}");
            accepted = false;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            fail("mutation " + mutation, e);
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                .as("bytes allocated by mutation %d", mutation)
                .isLessThan(MAX_ALLOCATED_BYTES);
        return accepted;
    }
}
