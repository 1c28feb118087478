package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Nemotron and Minitron, whose norm weights have their one added already.
final class Nemotron implements GgufArchitecture {

    @Override
    public String key() {
        return "nemotron";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama()
                .with("output_norm", "model.norm", TensorForm.ONE_ADDED)
                .with("attn_norm", "input_layernorm", TensorForm.ONE_ADDED)
                .with("ffn_norm", "post_attention_layernorm", TensorForm.ONE_ADDED);
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("nemotron", "NemotronForCausalLM");
        config.llama();
        config.number("attention.layer_norm_epsilon", "norm_eps");
        config.put("hidden_act", "relu2");
        config.put("attention_bias", config.has("model.layers.0.self_attn.q_proj.bias"));
        config.put("mlp_bias", config.has("model.layers.0.mlp.up_proj.bias"));
        config.partialRotation();
    }
}
