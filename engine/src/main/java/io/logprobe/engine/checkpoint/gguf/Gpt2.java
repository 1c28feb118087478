package io.logprobe.engine.checkpoint.gguf;

import java.util.Map;
import java.util.function.Predicate;

/// GPT-2, whose linear layers have their inputs first in Transformers.
final class Gpt2 implements GgufArchitecture {

    @Override
    public String key() {
        return "gpt2";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return new TensorNames("transformer.h.", Map.of())
                .with("token_embd", "transformer.wte")
                .with("position_embd", "transformer.wpe")
                .with("output_norm", "transformer.ln_f")
                .with("output", "lm_head")
                .with("attn_norm", "ln_1")
                .with("attn_qkv", "attn.c_attn", TensorForm.TRANSPOSED)
                .with("attn_output", "attn.c_proj", TensorForm.TRANSPOSED)
                .with("ffn_norm", "ln_2")
                .with("ffn_up", "mlp.c_fc", TensorForm.TRANSPOSED)
                .with("ffn_down", "mlp.c_proj", TensorForm.TRANSPOSED);
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("gpt2", "GPT2LMHeadModel");
        config.integer("embedding_length", "n_embd");
        config.integer("feed_forward_length", "n_inner");
        config.integer("block_count", "n_layer");
        config.integer("context_length", "n_positions");
        config.integer("attention.head_count", "n_head");
        config.number("attention.layer_norm_epsilon", "layer_norm_epsilon");
        config.put("activation_function", "gelu_new");
        config.tokens("transformer.wte", "lm_head");
    }
}
