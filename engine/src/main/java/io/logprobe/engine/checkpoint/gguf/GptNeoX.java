package io.logprobe.engine.checkpoint.gguf;

import java.util.Map;
import java.util.function.Predicate;

/// GPT-NeoX: heads ungrouped.
final class GptNeoX implements GgufArchitecture {

    @Override
    public String key() {
        return "gptneox";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return new TensorNames("gpt_neox.layers.", Map.of())
                .with("token_embd", "gpt_neox.embed_in")
                .with("output_norm", "gpt_neox.final_layer_norm")
                .with("output", "embed_out")
                .with("attn_norm", "input_layernorm")
                .with("attn_qkv", "attention.query_key_value", TensorForm.UNGROUPED_HEADS)
                .with("attn_output", "attention.dense")
                .with("ffn_norm", "post_attention_layernorm")
                .with("ffn_up", "mlp.dense_h_to_4h")
                .with("ffn_down", "mlp.dense_4h_to_h");
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("gpt_neox", "GPTNeoXForCausalLM");
        config.integer("embedding_length", "hidden_size");
        config.integer("feed_forward_length", "intermediate_size");
        config.integer("block_count", "num_hidden_layers");
        config.integer("context_length", "max_position_embeddings");
        config.integer("attention.head_count", "num_attention_heads");
        config.number("attention.layer_norm_epsilon", "layer_norm_eps");
        config.tokens("gpt_neox.embed_in", "embed_out");
        config.rope();
        config.partialRotation();
        config.put("hidden_act", "gelu");
        config.put("attention_bias", config.has("gpt_neox.layers.0.attention.dense.bias"));
        config.flag("use_parallel_residual").ifPresent(parallel -> config.put("use_parallel_residual", parallel));
    }
}
