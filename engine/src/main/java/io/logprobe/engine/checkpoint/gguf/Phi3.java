package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Phi 3 and 4: fused projections, as in Transformers, and two lists of rotary divisors as tensors.
final class Phi3 implements GgufArchitecture {

    @Override
    public String key() {
        return "phi3";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama().with("attn_qkv", "self_attn.qkv_proj").with("ffn_up", "mlp.gate_up_proj");
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("phi3", "Phi3ForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        config.partialRotation();
        config.integer("attention.sliding_window")
                .filter(window -> window > 0)
                .ifPresent(window -> config.put("sliding_window", window));
    }
}
