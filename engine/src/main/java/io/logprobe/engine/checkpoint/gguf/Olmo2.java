package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// OLMo 2 or, if there is a window, 3: norms on the outputs of the sublayers.
final class Olmo2 implements GgufArchitecture {

    private static final long PERIOD = 4;

    @Override
    public String key() {
        return "olmo2";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return withOutputNorms(TensorNames.llama());
    }

    /// Names of the norms on the outputs of both sublayers, as in EXAONE 4.
    static TensorNames withOutputNorms(TensorNames names) {
        return names.with("post_attention_norm", "post_attention_layernorm")
                .with("post_ffw_norm", "post_feedforward_layernorm");
    }

    @Override
    public void describe(ConfigDraft config) {
        boolean sliding = config.integer("attention.sliding_window").isPresent();
        config.model(sliding ? "olmo3" : "olmo2", sliding ? "Olmo3ForCausalLM" : "Olmo2ForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        if (sliding) {
            config.integer("attention.sliding_window", "sliding_window");
            config.slidingLayers(PERIOD);
        }
    }
}
