package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Qwen3, dense.
final class Qwen3 implements GgufArchitecture {

    @Override
    public String key() {
        return "qwen3";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama();
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("qwen3", "Qwen3ForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        config.put("attention_bias", config.has("model.layers.0.self_attn.q_proj.bias"));
    }
}
