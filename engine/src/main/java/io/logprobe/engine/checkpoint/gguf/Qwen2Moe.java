package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// Qwen 1.5 MoE and Qwen2 MoE: stacked experts and, beside them, one for every token.
final class Qwen2Moe implements GgufArchitecture {

    @Override
    public String key() {
        return "qwen2moe";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama()
                .withExperts()
                .with("ffn_gate_shexp", "mlp.shared_expert.gate_proj")
                .with("ffn_up_shexp", "mlp.shared_expert.up_proj")
                .with("ffn_down_shexp", "mlp.shared_expert.down_proj")
                .with("ffn_gate_inp_shexp", "mlp.shared_expert_gate", TensorForm.ONE_ROW);
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("qwen2_moe", "Qwen2MoeForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        config.put("qkv_bias", config.has("model.layers.0.self_attn.q_proj.bias"));
        experts(config, false);
        config.firstRows("mlp.shared_expert.up_proj.weight")
                .ifPresent(rows -> config.put("shared_expert_intermediate_size", rows));
    }

    /// Experts of Qwen. Their width and the layers that have them are what the tensors say, which no file lacks.
    ///
    /// @param normed whether the weights of the chosen ones are divided by their sum, where the file does not say
    static void experts(ConfigDraft config, boolean normed) {
        config.integer("expert_count", "num_experts");
        config.integer("expert_used_count", "num_experts_per_tok");
        config.put("norm_topk_prob", config.flag("expert_weights_norm").orElse(normed));
        config.firstRows("mlp.experts.0.up_proj.weight").ifPresent(rows -> config.put("moe_intermediate_size", rows));
        config.put("mlp_only_layers", config.layersWithout("mlp.gate.weight"));
    }
}
