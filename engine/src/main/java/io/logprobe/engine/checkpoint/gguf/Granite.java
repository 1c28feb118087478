package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Granite 3, dense: queries and keys interleaved; four factors.
final class Granite implements GgufArchitecture {

    @Override
    public String key() {
        return "granite";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llamaInterleaved();
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("granite", "GraniteForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        config.put("attention_bias", config.has("model.layers.0.self_attn.q_proj.bias"));
        config.put("mlp_bias", config.has("model.layers.0.mlp.gate_proj.bias"));
        factors(config);
    }

    /// On scores, embeddings, residuals and logits.
    static void factors(ConfigDraft config) {
        config.number("attention.scale", "attention_multiplier");
        config.number("embedding_scale", "embedding_multiplier");
        config.number("residual_scale", "residual_multiplier");
        config.number("logit_scale", "logits_scaling");
    }
}
