package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// StarCoder2.
final class Starcoder2 implements GgufArchitecture {

    @Override
    public String key() {
        return "starcoder2";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama().with("ffn_up", "mlp.c_fc").with("ffn_down", "mlp.c_proj");
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("starcoder2", "Starcoder2ForCausalLM");
        config.llama();
        config.number("attention.layer_norm_epsilon", "norm_epsilon");
        config.integer("attention.sliding_window", "sliding_window");
        config.put("hidden_act", "gelu_pytorch_tanh");
        config.put("use_bias", config.has("model.layers.0.self_attn.q_proj.bias"));
    }
}
