package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// OLMoE.
final class Olmoe implements GgufArchitecture {

    @Override
    public String key() {
        return "olmoe";
    }

    @Override
    public TensorNames names(Predicate<String> present) {
        return TensorNames.llama().withExperts();
    }

    @Override
    public void describe(ConfigDraft config) {
        config.model("olmoe", "OlmoeForCausalLM");
        config.llama();
        config.put("hidden_act", "silu");
        config.integer("expert_count", "num_experts");
        config.integer("expert_used_count", "num_experts_per_tok");
        config.put("norm_topk_prob", config.flag("expert_weights_norm").orElse(false));
    }
}
