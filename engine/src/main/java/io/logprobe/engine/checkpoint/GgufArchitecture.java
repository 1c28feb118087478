package io.logprobe.engine.checkpoint;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The GGUF architectures that are read, and how their tensors are called by Transformers.
enum GgufArchitecture {
    LLAMA("llama"),
    QWEN2("qwen2"),
    QWEN3("qwen3"),
    GPT2("gpt2");

    private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,6})\\.(\\w+)\\.(weight|bias)");
    private static final Pattern OUTER = Pattern.compile("(\\w+)\\.(weight|bias)");

    private final String key;

    GgufArchitecture(String key) {
        this.key = key;
    }

    /// Value of `general.architecture`, and prefix of the metadata keys.
    String key() {
        return key;
    }

    static Optional<GgufArchitecture> find(String key) {
        return List.of(values()).stream()
                .filter(architecture -> architecture.key.equals(key))
                .findFirst();
    }

    /// Transformers' name of a tensor; one that has none keeps its own.
    String name(String gguf) {
        Map<String, String> names = names();
        Matcher block = BLOCK.matcher(gguf);
        if (block.matches() && names.containsKey(block.group(2))) {
            return names.get("blk") + block.group(1) + "." + names.get(block.group(2)) + "." + block.group(3);
        }
        Matcher outer = OUTER.matcher(gguf);
        return outer.matches() && names.containsKey(outer.group(1))
                ? names.get(outer.group(1)) + "." + outer.group(2)
                : gguf;
    }

    private Map<String, String> names() {
        return switch (this) {
            case LLAMA, QWEN2, QWEN3 -> Names.LLAMA;
            case GPT2 -> Names.GPT2;
        };
    }

    /// Llama's queries and keys were stored with the two halves of each head interleaved, for another form of rotary
    /// positions.
    boolean interleavesHeads(String gguf) {
        return this == LLAMA && gguf.matches("blk\\.\\d+\\.attn_[qk]\\.(weight|bias)");
    }

    /// GPT-2's linear layers have their input dimension first in Transformers, and last in GGUF.
    boolean transposes(String gguf) {
        return this == GPT2 && gguf.matches("blk\\.\\d+\\.(attn_qkv|attn_output|ffn_up|ffn_down)\\.weight");
    }

    private static final class Names {

        static final Map<String, String> LLAMA = Map.ofEntries(
                Map.entry("token_embd", "model.embed_tokens"),
                Map.entry("output_norm", "model.norm"),
                Map.entry("output", "lm_head"),
                Map.entry("blk", "model.layers."),
                Map.entry("attn_norm", "input_layernorm"),
                Map.entry("attn_q", "self_attn.q_proj"),
                Map.entry("attn_k", "self_attn.k_proj"),
                Map.entry("attn_v", "self_attn.v_proj"),
                Map.entry("attn_q_norm", "self_attn.q_norm"),
                Map.entry("attn_k_norm", "self_attn.k_norm"),
                Map.entry("attn_output", "self_attn.o_proj"),
                Map.entry("ffn_norm", "post_attention_layernorm"),
                Map.entry("ffn_gate", "mlp.gate_proj"),
                Map.entry("ffn_up", "mlp.up_proj"),
                Map.entry("ffn_down", "mlp.down_proj"),
                Map.entry("ffn_gate_inp", "block_sparse_moe.gate"),
                Map.entry("ffn_gate_exps", "block_sparse_moe.experts.*.w1"),
                Map.entry("ffn_down_exps", "block_sparse_moe.experts.*.w2"),
                Map.entry("ffn_up_exps", "block_sparse_moe.experts.*.w3"));

        static final Map<String, String> GPT2 = Map.ofEntries(
                Map.entry("token_embd", "transformer.wte"),
                Map.entry("position_embd", "transformer.wpe"),
                Map.entry("output_norm", "transformer.ln_f"),
                Map.entry("output", "lm_head"),
                Map.entry("blk", "transformer.h."),
                Map.entry("attn_norm", "ln_1"),
                Map.entry("attn_qkv", "attn.c_attn"),
                Map.entry("attn_output", "attn.c_proj"),
                Map.entry("ffn_norm", "ln_2"),
                Map.entry("ffn_up", "mlp.c_fc"),
                Map.entry("ffn_down", "mlp.c_proj"));

        private Names() {}
    }
}
