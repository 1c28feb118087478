package io.logprobe.contracts.evaluation;

import io.logprobe.contracts.Require;

/// What one attempt computed and how long it took.
///
/// @param examples examples scored by this attempt
/// @param pairs prompt and class pairs scored
/// @param rows distinct token positions computed, after sharing prefixes
/// @param loadSeconds time to open the model
/// @param scoreSeconds time to plan and score
/// @param boundaryMismatches pairs whose tokens span the border between prompt and class
public record ScoringWork(
        int examples, int pairs, long rows, double loadSeconds, double scoreSeconds, int boundaryMismatches) {

    public ScoringWork {
        Require.notNegative(examples, "examples");
        Require.notNegative(pairs, "pairs");
        Require.notNegative(rows, "rows");
        Require.notNegative(boundaryMismatches, "boundaryMismatches");
    }
}
