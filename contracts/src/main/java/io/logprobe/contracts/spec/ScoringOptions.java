package io.logprobe.contracts.spec;

import io.logprobe.contracts.Require;

/// How examples are scored; two evaluations with equal options, model and dataset give equal numbers.
///
/// @param dtype type of weights and products
/// @param bos whether a beginning-of-sequence token is added
public record ScoringOptions(ComputeType dtype, BosPolicy bos) {

    /// Full precision and the tokenizer's own rule, as lm-evaluation-harness does by default.
    public static final ScoringOptions DEFAULT = new ScoringOptions(ComputeType.FLOAT32, BosPolicy.TOKENIZER);

    public ScoringOptions {
        Require.present(dtype, "dtype");
        Require.present(bos, "bos");
    }
}
