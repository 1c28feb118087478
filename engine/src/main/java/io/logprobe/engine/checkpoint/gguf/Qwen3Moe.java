package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Qwen3 MoE.
final class Qwen3Moe implements GgufArchitecture {

    @Override
    public String key() {
        return "qwen3moe";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama().withExperts();
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("qwen3_moe", "Qwen3MoeForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        config.put("attention_bias", config.has("model.layers.0.self_attn.q_proj.bias"));
        Qwen2Moe.experts(config, true);
    }
}
