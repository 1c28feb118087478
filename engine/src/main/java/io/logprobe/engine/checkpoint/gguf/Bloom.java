package io.logprobe.engine.checkpoint.gguf;

import java.util.Map;
import java.util.function.Predicate;

/// BLOOM: heads ungrouped.
final class Bloom implements GgufArchitecture {

    @Override
    public String key() {
        return "bloom";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return new TensorNames("transformer.h.", Map.of())
                .with("token_embd", "transformer.word_embeddings")
                .with("token_embd_norm", "transformer.word_embeddings_layernorm")
                .with("output_norm", "transformer.ln_f")
                .with("output", "lm_head")
                .with("attn_norm", "input_layernorm")
                .with("attn_qkv", "self_attention.query_key_value", TensorForm.UNGROUPED_HEADS)
                .with("attn_output", "self_attention.dense")
                .with("ffn_norm", "post_attention_layernorm")
                .with("ffn_up", "mlp.dense_h_to_4h")
                .with("ffn_down", "mlp.dense_4h_to_h");
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("bloom", "BloomForCausalLM");
        config.integer("embedding_length", "hidden_size");
        config.integer("block_count", "n_layer");
        config.integer("context_length", "max_position_embeddings");
        config.integer("attention.head_count", "n_head");
        config.number("attention.layer_norm_epsilon", "layer_norm_epsilon");
        config.tokens("transformer.word_embeddings", "lm_head");
    }
}
