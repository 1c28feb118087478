package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Gemma 2: norms on both sides of the sublayers, soft caps, a window on every second layer.
final class Gemma2 implements GgufArchitecture {

    private static final long LARGEST_MODELS_LAYERS = 46;
    private static final long PERIOD = 2;

    @Override
    public String key() {
        return "gemma2";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return withFourNorms(TensorNames.llama());
    }

    /// Names of the norms around both sublayers, as in Gemma 3.
    static TensorNames withFourNorms(TensorNames names) {
        return names.with("output_norm", "model.norm", TensorForm.ONE_ADDED)
                .with("attn_norm", "input_layernorm", TensorForm.ONE_ADDED)
                .with("post_attention_norm", "post_attention_layernorm", TensorForm.ONE_ADDED)
                .with("ffn_norm", "pre_feedforward_layernorm", TensorForm.ONE_ADDED)
                .with("post_ffw_norm", "post_feedforward_layernorm", TensorForm.ONE_ADDED);
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("gemma2", "Gemma2ForCausalLM");
        config.llama();
        config.put("hidden_activation", "gelu_pytorch_tanh");
        config.number("attn_logit_softcapping", "attn_logit_softcapping");
        config.number("final_logit_softcapping", "final_logit_softcapping");
        config.integer("attention.sliding_window", "sliding_window");
        config.slidingLayers(PERIOD);
        config.put("query_pre_attn_scalar", queryScalar(config, LARGEST_MODELS_LAYERS));
    }

    /// By whose root scores are divided. No key states it: it is the width of a head, and in the largest model of a
    /// family, which is known by its number of layers, the share of a head in the hidden size.
    static long queryScalar(ConfigDraft config, long largestModelsLayers) {
        return config.required("block_count") == largestModelsLayers
                ? config.required("embedding_length") / config.required("attention.head_count")
                : config.headWidth();
    }
}
