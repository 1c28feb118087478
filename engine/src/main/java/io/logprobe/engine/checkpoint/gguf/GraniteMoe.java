package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Granite 3 with experts: queries and keys interleaved; four factors.
final class GraniteMoe implements GgufArchitecture {

    @Override
    public String key() {
        return "granitemoe";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llamaInterleaved()
                .withExperts(
                        "block_sparse_moe.router", "block_sparse_moe.experts.*.", "gate_proj", "up_proj", "down_proj");
    }

    @Override
    public void describe(ConfigDraft config) {
        if (config.integer("expert_shared_feed_forward_length").orElse(0L) > 0) {
            throw config.unsupported("expert_shared_feed_forward_length", "is not supported: no expert may be shared");
        }
        config.model("granitemoe", "GraniteMoeForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        config.integer("expert_count", "num_local_experts");
        config.integer("expert_used_count", "num_experts_per_tok");
        config.put("attention_bias", config.has("model.layers.0.self_attn.q_proj.bias"));
        Granite.factors(config);
    }
}
