package io.logprobe.engine.checkpoint.gguf;

import java.util.Map;
import java.util.function.Predicate;

/// Falcon: heads ungrouped; the norm that 7b has before both sublayers is that before the MLP where there are two.
final class Falcon implements GgufArchitecture {

    @Override
    public String key() {
        return "falcon";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        boolean two = present.test("blk.0.attn_norm_2.weight");
        return new TensorNames("transformer.h.", Map.of())
                .with("token_embd", "transformer.word_embeddings")
                .with("output_norm", "transformer.ln_f")
                .with("output", "lm_head")
                .with("attn_norm", two ? "ln_mlp" : "input_layernorm")
                .with("attn_norm_2", "ln_attn")
                .with("attn_qkv", "self_attention.query_key_value", TensorForm.UNGROUPED_HEADS)
                .with("attn_output", "self_attention.dense")
                .with("ffn_up", "mlp.dense_h_to_4h")
                .with("ffn_down", "mlp.dense_4h_to_h");
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("falcon", "FalconForCausalLM");
        config.integer("embedding_length", "hidden_size");
        config.integer("feed_forward_length", "ffn_hidden_size");
        config.integer("block_count", "num_hidden_layers");
        config.integer("context_length", "max_position_embeddings");
        config.integer("attention.head_count", "num_attention_heads");
        config.number("attention.layer_norm_epsilon", "layer_norm_epsilon");
        config.tokens("transformer.word_embeddings", "lm_head");
        config.rope();
        config.put("activation", "gelu");
        config.put("bias", config.has("transformer.h.0.self_attention.dense.bias"));
        long keys = config.integer("attention.head_count_kv").orElse(config.required("attention.head_count"));
        config.put("multi_query", keys == 1);
        config.put("num_kv_heads", keys);
        config.put("new_decoder_architecture", keys > 1);
        config.put("num_ln_in_parallel_attn", config.has("transformer.h.0.ln_attn.weight") ? 2 : 1);
    }
}
