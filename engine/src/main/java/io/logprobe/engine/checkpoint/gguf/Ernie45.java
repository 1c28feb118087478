package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Ernie 4.5, dense.
final class Ernie45 implements GgufArchitecture {

    @Override
    public String key() {
        return "ernie4_5";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama();
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("ernie4_5", "Ernie4_5ForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        config.put("use_bias", config.has("model.layers.0.self_attn.q_proj.bias"));
    }
}
