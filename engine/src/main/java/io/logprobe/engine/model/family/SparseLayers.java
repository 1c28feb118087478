package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import java.util.HashSet;
import java.util.Set;

/// Which layers of a Qwen MoE have experts: every `decoder_sparse_step`-th one but those in `mlp_only_layers`.
///
/// @param experts 0 for none
record SparseLayers(int experts, int step, Set<Integer> dense) {

    SparseLayers {
        dense = Set.copyOf(dense);
    }

    static SparseLayers of(ModelConfig config, int experts) {
        boolean none = config.has("num_experts") && config.integer("num_experts") == 0;
        return new SparseLayers(
                none ? 0 : Shapes.experts(config, experts, "num_experts", "num_local_experts"),
                config.sizeOr(1, "decoder_sparse_step"),
                config.has("mlp_only_layers") ? new HashSet<>(config.integers("mlp_only_layers")) : Set.of());
    }

    boolean at(int layer) {
        return experts > 0 && (layer + 1) % step == 0 && !dense.contains(layer);
    }
}
