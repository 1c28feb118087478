package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Command R7B and Command A: Command R with a window on three layers of four.
final class Cohere2 implements GgufArchitecture {

    private static final long PERIOD = 4;

    @Override
    public String key() {
        return "cohere2";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama();
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("cohere2", "Cohere2ForCausalLM");
        config.llama();
        config.number("attention.layer_norm_epsilon", "layer_norm_eps");
        config.number("logit_scale", "logit_scale");
        config.put("hidden_act", "silu");
        config.integer("attention.sliding_window", "sliding_window");
        config.slidingLayers(PERIOD);
    }
}
