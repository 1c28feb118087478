package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// AFM: queries and keys interleaved, a plain MLP.
final class Arcee implements GgufArchitecture {

    @Override
    public String key() {
        return "arcee";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llamaInterleaved();
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("arcee", "ArceeForCausalLM");
        config.llama();
        config.put("hidden_act", "relu2");
        config.put("attention_bias", config.has("model.layers.0.self_attn.q_proj.bias"));
        config.put("mlp_bias", config.has("model.layers.0.mlp.up_proj.bias"));
    }
}
