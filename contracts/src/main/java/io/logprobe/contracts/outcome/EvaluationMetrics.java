package io.logprobe.contracts.outcome;

import io.logprobe.contracts.Require;

/// The figures of one evaluation, computed from its stored log-probabilities.
///
/// @param exampleCount examples scored
/// @param accuracy share of examples whose most probable class is the target; null if the dataset has no targets
/// @param loss mean of −log softmax(log-probabilities)[target]; null if the dataset has no targets
/// @param coverage mean probability mass of all classes together
/// @param truncatedCount examples whose prompt was too long for the model and was cut on the left
public record EvaluationMetrics(
        int exampleCount, Estimate accuracy, Estimate loss, Estimate coverage, int truncatedCount) {

    public EvaluationMetrics {
        Require.positive(exampleCount, "exampleCount");
        Require.present(coverage, "coverage");
        Require.notNegative(truncatedCount, "truncatedCount");
        if ((accuracy == null) != (loss == null)) {
            throw new IllegalArgumentException("accuracy and loss are given together or not at all");
        }
    }
}
