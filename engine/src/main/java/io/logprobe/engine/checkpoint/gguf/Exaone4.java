package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// EXAONE 4: norms on the outputs of the sublayers; a window in the larger model.
final class Exaone4 implements GgufArchitecture {

    private static final long PERIOD = 4;

    @Override
    public String key() {
        return "exaone4";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return Olmo2.withOutputNorms(TensorNames.llama());
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("exaone4", "Exaone4ForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        boolean sliding = config.integer("attention.sliding_window").isPresent();
        config.integer("attention.sliding_window", "sliding_window");
        config.slidingLayers(sliding ? PERIOD : 1);
        if (!sliding) {
            config.putNull("sliding_window");
        }
    }
}
