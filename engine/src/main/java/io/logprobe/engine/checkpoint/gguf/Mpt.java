package io.logprobe.engine.checkpoint.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Predicate;

/// MPT.
final class Mpt implements GgufArchitecture {

    @Override
    public String key() {
        return "mpt";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return new TensorNames("transformer.blocks.", Map.of())
                .with("token_embd", "transformer.wte")
                .with("position_embd", "transformer.wpe")
                .with("output_norm", "transformer.norm_f")
                .with("output", "lm_head")
                .with("attn_norm", "norm_1")
                .with("attn_qkv", "attn.Wqkv")
                .with("attn_q_norm", "attn.q_ln")
                .with("attn_k_norm", "attn.k_ln")
                .with("attn_output", "attn.out_proj")
                .with("ffn_norm", "norm_2")
                .with("ffn_up", "ffn.up_proj")
                .with("ffn_down", "ffn.down_proj");
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("mpt", "MptForCausalLM");
        config.integer("embedding_length", "d_model");
        config.integer("block_count", "n_layers");
        config.integer("context_length", "max_seq_len");
        config.integer("context_length", "max_position_embeddings");
        config.integer("attention.head_count", "n_heads");
        config.number("attention.layer_norm_epsilon", "layer_norm_epsilon");
        config.tokens("transformer.wte", "lm_head");
        ObjectNode attention = config.object("attn_config");
        attention.put("alibi", config.number("attention.max_alibi_bias").orElse(0.0) > 0);
        config.number("attention.clamp_kqv").ifPresent(clip -> attention.put("clip_qkv", clip));
        if (config.has("transformer.blocks.0.attn.q_ln.weight")) {
            attention.put("qk_ln", true);
        }
    }
}
