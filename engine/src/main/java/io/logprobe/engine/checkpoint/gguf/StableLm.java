package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// StableLM: the norms of all heads in one tensor. Without a second norm, attention and MLP are side by side.
final class StableLm implements GgufArchitecture {

    @Override
    public String key() {
        return "stablelm";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama()
                .with("attn_q_norm", "self_attn.q_layernorm.norms.*", TensorForm.STACKED)
                .with("attn_k_norm", "self_attn.k_layernorm.norms.*", TensorForm.STACKED);
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("stablelm", "StableLmForCausalLM");
        config.llama();
        config.number("attention.layer_norm_epsilon", "layer_norm_eps");
        config.put("hidden_act", "silu");
        config.put("use_qkv_bias", config.has("model.layers.0.self_attn.q_proj.bias"));
        config.put("qk_layernorm", config.has("model.layers.0.self_attn.q_layernorm.norms.0.weight"));
        // The converter states use_parallel_residual of every model, true or not.
        config.put("use_parallel_residual", !config.has("model.layers.0.post_attention_layernorm.weight"));
        config.partialRotation();
    }
}
