package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Command R: no norm before the MLP, scaled logits.
final class CommandR implements GgufArchitecture {

    @Override
    public String key() {
        return "command-r";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama();
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("cohere", "CohereForCausalLM");
        config.llama();
        config.number("attention.layer_norm_epsilon", "layer_norm_eps");
        config.number("logit_scale", "logit_scale");
        config.put("hidden_act", "silu");
        config.put("use_qk_norm", config.has("model.layers.0.self_attn.q_norm.weight"));
    }
}
