package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// SmolLM3: queries and keys interleaved. No key says which layers rotate; it is as in the family.
final class SmolLm3 implements GgufArchitecture {

    @Override
    public String key() {
        return "smollm3";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llamaInterleaved();
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("smollm3", "SmolLM3ForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        config.put("attention_bias", config.has("model.layers.0.self_attn.q_proj.bias"));
        config.put("mlp_bias", config.has("model.layers.0.mlp.gate_proj.bias"));
    }
}
