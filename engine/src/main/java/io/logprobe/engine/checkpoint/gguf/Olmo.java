package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// OLMo: queries and keys interleaved, no norm has weights.
final class Olmo implements GgufArchitecture {

    @Override
    public String key() {
        return "olmo";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llamaInterleaved();
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("olmo", "OlmoForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        config.number("attention.clamp_kqv", "clip_qkv");
    }
}
