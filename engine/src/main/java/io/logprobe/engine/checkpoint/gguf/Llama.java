package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Llama, Mistral, and Mixtral if there are experts. Queries and keys are interleaved.
final class Llama implements GgufArchitecture {

    @Override
    public String key() {
        return "llama";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llamaInterleaved()
                .withExperts("block_sparse_moe.gate", "block_sparse_moe.experts.*.", "w1", "w3", "w2");
    }

    @Override
    public void describe(ConfigDraft config) {
        boolean sparse = config.integer("expert_count").orElse(0L) > 0;
        config.model(sparse ? "mixtral" : "llama", sparse ? "MixtralForCausalLM" : "LlamaForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        if (config.integer("attention.key_length").isEmpty()) {
            config.integer("rope.dimension_count", "head_dim");
        }
        if (sparse) {
            config.integer("expert_count", "num_local_experts");
            config.integer("expert_used_count", "num_experts_per_tok");
        } else {
            config.put("attention_bias", config.has("model.layers.0.self_attn.q_proj.bias"));
            config.put("mlp_bias", config.has("model.layers.0.mlp.gate_proj.bias"));
        }
    }
}
