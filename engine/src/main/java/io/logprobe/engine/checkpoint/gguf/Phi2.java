package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Phi 1 to 2. Early files have queries, keys and values in one tensor.
final class Phi2 implements GgufArchitecture {

    @Override
    public String key() {
        return "phi2";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama()
                .with("output_norm", "model.final_layernorm")
                .with("attn_qkv", "self_attn.*_proj", TensorForm.JOINED_HEADS)
                .with("attn_output", "self_attn.dense")
                .with("ffn_up", "mlp.fc1")
                .with("ffn_down", "mlp.fc2");
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("phi", "PhiForCausalLM");
        config.llama();
        config.number("attention.layer_norm_epsilon", "layer_norm_eps");
        config.put("hidden_act", "gelu_new");
        config.partialRotation();
    }
}
