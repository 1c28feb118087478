package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Qwen 1.5, 2 and 2.5.
final class Qwen2 implements GgufArchitecture {

    @Override
    public String key() {
        return "qwen2";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama();
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("qwen2", "Qwen2ForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
    }
}
