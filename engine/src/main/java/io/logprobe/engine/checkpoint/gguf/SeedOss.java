package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Seed-OSS.
final class SeedOss implements GgufArchitecture {

    @Override
    public String key() {
        return "seed_oss";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama().with("post_attention_norm", "post_attention_layernorm");
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("seed_oss", "SeedOssForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        config.put("attention_bias", config.has("model.layers.0.self_attn.q_proj.bias"));
        config.put("attention_out_bias", config.has("model.layers.0.self_attn.o_proj.bias"));
    }
}
