package io.logprobe.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.logprobe.engine.checkpoint.Checkpoint;
import io.logprobe.engine.checkpoint.GgufBuilder;
import io.logprobe.engine.checkpoint.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The tensors of a [GgufExport].
final class GgufExportTensors {

    private static final Pattern LAYER = Pattern.compile("(?:\\w+\\.)?(?:layers|h|blocks)\\.(\\d+)\\.(.+)");
    private static final Pattern INDEXED = Pattern.compile("(.+\\.(?:experts|norms))\\.(\\d+)(.*)");
    private static final Set<String> INTERLEAVED = Set.of("llama", "granite", "granitemoe", "olmo", "smollm3", "arcee");
    private static final Set<String> UNGROUPED = Set.of("falcon", "gptneox", "bloom");

    private static final Map<String, List<String>> OUTER = Map.of(
            "token_embd", List.of("embed_tokens", "wte", "embed_in", "word_embeddings"),
            "token_embd_norm", List.of("word_embeddings_layernorm"),
            "position_embd", List.of("wpe"),
            "output_norm", List.of("norm", "ln_f", "final_layer_norm", "final_layernorm", "norm_f"),
            "output", List.of("lm_head", "embed_out"));

    private static final Map<String, List<String>> INNER = Map.ofEntries(
            Map.entry("attn_norm", List.of("input_layernorm", "ln_1", "norm_1", "ln_mlp")),
            Map.entry("attn_norm_2", List.of("ln_attn")),
            Map.entry("attn_q", List.of("self_attn.q_proj")),
            Map.entry("attn_k", List.of("self_attn.k_proj")),
            Map.entry("attn_v", List.of("self_attn.v_proj")),
            Map.entry("attn_q_norm", List.of("self_attn.q_norm", "self_attn.q_layernorm.norms")),
            Map.entry("attn_k_norm", List.of("self_attn.k_norm", "self_attn.k_layernorm.norms")),
            Map.entry(
                    "attn_qkv",
                    List.of(
                            "attn.c_attn",
                            "self_attention.query_key_value",
                            "attention.query_key_value",
                            "attn.Wqkv",
                            "self_attn.qkv_proj")),
            Map.entry(
                    "attn_output",
                    List.of(
                            "self_attn.o_proj",
                            "self_attn.dense",
                            "attn.c_proj",
                            "self_attention.dense",
                            "attention.dense",
                            "attn.out_proj")),
            Map.entry("ffn_norm", List.of("post_attention_layernorm", "ln_2", "norm_2", "pre_feedforward_layernorm")),
            Map.entry("post_ffw_norm", List.of("post_feedforward_layernorm")),
            Map.entry("ffn_gate", List.of("mlp.gate_proj")),
            Map.entry(
                    "ffn_up",
                    List.of(
                            "mlp.up_proj",
                            "mlp.c_fc",
                            "mlp.fc1",
                            "mlp.dense_h_to_4h",
                            "ffn.up_proj",
                            "mlp.gate_up_proj")),
            Map.entry(
                    "ffn_down",
                    List.of("mlp.down_proj", "mlp.c_proj", "mlp.fc2", "mlp.dense_4h_to_h", "ffn.down_proj")),
            Map.entry("ffn_gate_inp", List.of("mlp.gate", "block_sparse_moe.gate", "block_sparse_moe.router.layer")),
            Map.entry("ffn_gate_exps", List.of("mlp.experts.gate_proj", "block_sparse_moe.experts.w1")),
            Map.entry("ffn_up_exps", List.of("mlp.experts.up_proj", "block_sparse_moe.experts.w3")),
            Map.entry(
                    "ffn_down_exps",
                    List.of("mlp.experts.down_proj", "block_sparse_moe.experts.w2", "block_sparse_moe.output_linear")),
            Map.entry("ffn_gate_up_exps", List.of("block_sparse_moe.input_linear")),
            Map.entry("ffn_gate_shexp", List.of("mlp.shared_expert.gate_proj")),
            Map.entry("ffn_up_shexp", List.of("mlp.shared_expert.up_proj")),
            Map.entry("ffn_down_shexp", List.of("mlp.shared_expert.down_proj")),
            Map.entry("ffn_gate_inp_shexp", List.of("mlp.shared_expert_gate")));

    private final String architecture;
    private final JsonNode config;
    private final Checkpoint checkpoint;
    private final int queryHeads;
    private final int keyHeads;

    /// Experts, or norms of heads, by number, until all are there.
    private final Map<String, Map<Integer, float[]>> stacks = new HashMap<>();

    GgufExportTensors(String architecture, JsonNode config, Checkpoint checkpoint) {
        this.architecture = architecture;
        this.config = config;
        this.checkpoint = checkpoint;
        this.queryHeads = firstOf("num_attention_heads", "n_head", "n_heads").intValue();
        this.keyHeads = architecture.equals("falcon")
                ? config.path("num_kv_heads").asInt(1)
                : config.path("num_key_value_heads").asInt(queryHeads);
    }

    private JsonNode firstOf(String... names) {
        return Arrays.stream(names)
                .filter(config::has)
                .map(config::get)
                .findFirst()
                .orElseThrow();
    }

    void addTo(GgufBuilder file) {
        boolean tied = !checkpoint.has("lm_head.weight")
                || config.path("tie_word_embeddings").asBoolean(false);
        for (String name : checkpoint.names()) {
            if (!(tied && name.startsWith("lm_head"))
                    && checkpoint.info(name).type().isWeight()) {
                add(name, file);
            }
        }
    }

    private void add(String name, GgufBuilder file) {
        TensorInfo info = checkpoint.info(name);
        Matcher indexed = INDEXED.matcher(name);
        if (indexed.matches()) {
            String stacked = indexed.group(1) + indexed.group(3);
            Map<Integer, float[]> stack = stacks.computeIfAbsent(stacked, _ -> new HashMap<>());
            stack.put(Integer.parseInt(indexed.group(2)), read(name, info));
            if (stack.size() == wholeStack(name)) {
                long[] shape = prefixed(stack.size(), shape(info));
                file.tensor(renamed(stacked), 0, bytes(joined(stack)), shape);
            }
            return;
        }
        String renamed = renamed(name);
        if (renamed.contains("null.")) {
            return;
        }
        float[] values = read(name, info);
        int rows = info.shape().getFirst().intValue();
        int columns = values.length / rows;
        if (renamed.contains("ffn_gate_up_exps")) {
            halves(renamed, values, info, file);
        } else if (renamed.matches(".*ffn_gate_inp_shexp\\.weight")) {
            file.tensor(renamed, 0, bytes(values), columns);
        } else if (architecture.equals("gpt2") && name.matches(".*\\.c_\\w+\\.weight")) {
            file.tensor(renamed, 0, bytes(transposed(values, rows, columns)), columns, rows);
        } else {
            file.tensor(renamed, 0, bytes(transformed(renamed, values, columns)), shape(info));
        }
    }

    private int wholeStack(String name) {
        return name.contains("q_layernorm")
                ? queryHeads
                : name.contains("k_layernorm")
                        ? keyHeads
                        : firstOf("num_local_experts", "num_experts").intValue();
    }

    private String renamed(String name) {
        int dot = name.lastIndexOf('.');
        String stem = name.substring(0, dot);
        Matcher layer = LAYER.matcher(stem);
        if (layer.matches()) {
            return "blk." + layer.group(1) + "." + inner(layer.group(2)) + name.substring(dot);
        }
        return find(OUTER, stem.substring(stem.lastIndexOf('.') + 1)) + name.substring(dot);
    }

    private String inner(String stem) {
        boolean afterAttention =
                List.of("gemma2", "gemma3", "olmo2", "exaone4", "seed_oss").contains(architecture);
        return afterAttention && stem.equals("post_attention_layernorm") ? "post_attention_norm" : find(INNER, stem);
    }

    private static String find(Map<String, List<String>> names, String stem) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().contains(stem))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private float[] transformed(String renamed, float[] values, int columns) {
        if (INTERLEAVED.contains(architecture) && renamed.matches(".*attn_[qk]\\.(weight|bias)")) {
            return interleaved(values, columns, renamed.contains("attn_q") ? queryHeads : keyHeads);
        }
        if (UNGROUPED.contains(architecture) && renamed.contains("attn_qkv")) {
            return ungrouped(values);
        }
        boolean oneAdded = architecture.startsWith("gemma") || architecture.equals("nemotron");
        if (oneAdded && renamed.endsWith("norm.weight")) {
            return scaled(values, 1, renamed.endsWith("attn_q_norm.weight") ? queryScale() : 1);
        }
        if (architecture.equals("gemma2") && renamed.endsWith("attn_q.weight")) {
            return scaled(values, 0, queryScale());
        }
        return values;
    }

    /// A file of Gemma cannot state by what scores are divided. What differs from the width of a head is put into the
    /// weights.
    private double queryScale() {
        return Math.sqrt(config.get("head_dim").doubleValue()
                / config.get("query_pre_attn_scalar").doubleValue());
    }

    private static float[] scaled(float[] values, float added, double factor) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) ((values[i] + added) * factor);
        }
        return result;
    }

    /// Row `i` of the first half of a head and row `i` of the second become neighbours.
    private static float[] interleaved(float[] values, int columns, int heads) {
        float[] result = new float[values.length];
        int headRows = values.length / columns / heads;
        for (int row = 0; row < values.length / columns; row++) {
            int inHead = row % headRows;
            int target = row - inHead + inHead % (headRows / 2) * 2 + inHead / (headRows / 2);
            System.arraycopy(values, row * columns, result, target * columns, columns);
        }
        return result;
    }

    /// All queries, then all keys, then all values.
    private float[] ungrouped(float[] values) {
        int perKey = queryHeads / keyHeads;
        int head = values.length / (queryHeads + 2 * keyHeads);
        float[] result = new float[values.length];
        for (int key = 0; key < keyHeads; key++) {
            int group = key * (perKey + 2) * head;
            System.arraycopy(values, group, result, key * perKey * head, perKey * head);
            System.arraycopy(values, group + perKey * head, result, (queryHeads + key) * head, head);
            System.arraycopy(values, group + (perKey + 1) * head, result, (queryHeads + keyHeads + key) * head, head);
        }
        return result;
    }

    private static float[] transposed(float[] values, int rows, int columns) {
        float[] result = new float[values.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                result[column * rows + row] = values[row * columns + column];
            }
        }
        return result;
    }

    /// Of each expert the first half of the rows is its gate.
    private static void halves(String renamed, float[] values, TensorInfo info, GgufBuilder file) {
        int experts = info.shape().getFirst().intValue();
        int half = values.length / experts / 2;
        long[] shape = {experts, info.shape().get(1) / 2, info.shape().get(2)};
        for (String part : List.of("gate", "up")) {
            float[] result = new float[values.length / 2];
            for (int expert = 0; expert < experts; expert++) {
                int start = 2 * expert * half + (part.equals("gate") ? 0 : half);
                System.arraycopy(values, start, result, expert * half, half);
            }
            file.tensor(renamed.replace("gate_up", part), 0, bytes(result), shape);
        }
    }

    private static float[] joined(Map<Integer, float[]> stack) {
        int each = stack.get(0).length;
        float[] result = new float[stack.size() * each];
        stack.forEach((index, values) -> System.arraycopy(values, 0, result, index * each, each));
        return result;
    }

    private float[] read(String name, TensorInfo info) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(info.elements() * Float.BYTES, Float.BYTES);
            checkpoint.readFloat32(name, values);
            return values.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private static long[] shape(TensorInfo info) {
        return info.shape().stream().mapToLong(Long::longValue).toArray();
    }

    private static long[] prefixed(int first, long[] shape) {
        long[] result = new long[shape.length + 1];
        result[0] = first;
        System.arraycopy(shape, 0, result, 1, shape.length);
        return result;
    }

    static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
