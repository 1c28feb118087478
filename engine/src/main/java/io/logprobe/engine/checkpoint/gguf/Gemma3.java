package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Gemma 3, its text part: a norm on every query and key head, frequencies of their own for layers that slide.
final class Gemma3 implements GgufArchitecture {

    private static final long LARGEST_MODELS_LAYERS = 62;
    private static final long PERIOD = 6;

    @Override
    public String key() {
        return "gemma3";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return Gemma2.withFourNorms(TensorNames.llama())
                .with("attn_q_norm", "self_attn.q_norm", TensorForm.ONE_ADDED)
                .with("attn_k_norm", "self_attn.k_norm", TensorForm.ONE_ADDED);
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("gemma3_text", "Gemma3ForCausalLM");
        config.llama();
        config.put("hidden_activation", "gelu_pytorch_tanh");
        config.number("final_logit_softcapping", "final_logit_softcapping");
        config.number("rope.freq_base_swa", "rope_local_base_freq");
        config.integer("attention.sliding_window", "sliding_window");
        config.slidingLayers(config.integer("attention.sliding_window").isPresent() ? PERIOD : 1);
        config.put("query_pre_attn_scalar", Gemma2.queryScalar(config, LARGEST_MODELS_LAYERS));
    }
}
