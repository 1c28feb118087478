package io.logprobe.engine.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/// A model of one layer in a GGUF file: Llama's architecture, random weights, one token per byte. For tests that
/// need a model that can be scored and do not mind what it says.
public final class TinyGguf {

    /// Numbers in all its tensors.
    public static final long PARAMETERS = 18_624;

    private static final int WIDTH = 32;
    private static final int MLP_WIDTH = 64;
    private static final int BYTES = 256;
    private static final int BLOCK = 32;
    private static final int F32 = 0;
    private static final int Q8_0 = 8;

    private final int type;
    private final Random random = new Random(20);
    private final List<Consumer<GgufBuilder>> tensors = new ArrayList<>();

    /// The model in float32.
    public static byte[] float32() {
        return new TinyGguf(F32).whole();
    }

    /// The same model with its matrices in blocks of 32 bytes and a scale.
    public static byte[] q8() {
        return new TinyGguf(Q8_0).whole();
    }

    /// The model of [#q8()], split into files with some of its tensors each.
    public static List<byte[]> q8InParts(int count) {
        return new TinyGguf(Q8_0).parts(count);
    }

    private TinyGguf(int type) {
        this.type = type;
        matrix("token_embd.weight", 3 + BYTES, WIDTH);
        norm("output_norm.weight");
        norm("blk.0.attn_norm.weight");
        for (String name : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
            matrix("blk.0." + name + ".weight", WIDTH, WIDTH);
        }
        norm("blk.0.ffn_norm.weight");
        matrix("blk.0.ffn_gate.weight", MLP_WIDTH, WIDTH);
        matrix("blk.0.ffn_up.weight", MLP_WIDTH, WIDTH);
        matrix("blk.0.ffn_down.weight", WIDTH, MLP_WIDTH);
    }

    private byte[] whole() {
        GgufBuilder file = metadata(new GgufBuilder());
        tensors.forEach(tensor -> tensor.accept(file));
        return file.build();
    }

    private List<byte[]> parts(int count) {
        List<byte[]> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            GgufBuilder part = new GgufBuilder().part(i, count, tensors.size());
            if (i == 0) {
                metadata(part);
            }
            tensors.subList(tensors.size() * i / count, tensors.size() * (i + 1) / count)
                    .forEach(tensor -> tensor.accept(part));
            parts.add(part.build());
        }
        return parts;
    }

    private static GgufBuilder metadata(GgufBuilder file) {
        List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        List<Integer> types = new ArrayList<>(List.of(2, 3, 3));
        for (int value = 0; value < BYTES; value++) {
            tokens.add("<0x%02X>".formatted(value));
            types.add(6);
        }
        return file.text("general.architecture", "llama")
                .uint32("llama.embedding_length", WIDTH)
                .uint32("llama.block_count", 1)
                .uint32("llama.feed_forward_length", MLP_WIDTH)
                .uint32("llama.context_length", 256)
                .uint32("llama.attention.head_count", 2)
                .float32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .text("tokenizer.ggml.model", "llama")
                .texts("tokenizer.ggml.tokens", tokens)
                .int32s("tokenizer.ggml.token_type", types)
                .float32s("tokenizer.ggml.scores", Collections.nCopies(tokens.size(), 0f))
                .uint32("tokenizer.ggml.bos_token_id", 1)
                .uint32("tokenizer.ggml.eos_token_id", 2)
                .uint32("tokenizer.ggml.unknown_token_id", 0);
    }

    private void norm(String name) {
        float[] ones = new float[WIDTH];
        java.util.Arrays.fill(ones, 1);
        tensors.add(file -> file.tensor(name, F32, float32(ones), WIDTH));
    }

    private void matrix(String name, int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.2f * (float) random.nextGaussian();
        }
        byte[] content = type == F32 ? float32(values) : q8(values);
        tensors.add(file -> file.tensor(name, type, content, rows, columns));
    }

    private static byte[] float32(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /// Per block the largest value ÷ 127 in float16, then each value ÷ that.
    private static byte[] q8(float[] values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int start = 0; start < values.length; start += BLOCK) {
            float largest = 0;
            for (int i = start; i < start + BLOCK; i++) {
                largest = Math.max(largest, Math.abs(values[i]));
            }
            float scale = largest / 127;
            short stored = Float.floatToFloat16(scale);
            bytes.write(stored & 0xFF);
            bytes.write(stored >> 8 & 0xFF);
            for (int i = start; i < start + BLOCK; i++) {
                bytes.write(Math.round(values[i] / scale));
            }
        }
        return bytes.toByteArray();
    }
}
