package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Gemma, whose norm weights have their one added already.
final class Gemma implements GgufArchitecture {

    @Override
    public String key() {
        return "gemma";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama()
                .with("output_norm", "model.norm", TensorForm.ONE_ADDED)
                .with("attn_norm", "input_layernorm", TensorForm.ONE_ADDED)
                .with("ffn_norm", "post_attention_layernorm", TensorForm.ONE_ADDED);
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("gemma", "GemmaForCausalLM");
        config.llama();
        config.put("hidden_act", "gelu_pytorch_tanh");
    }
}
