package io.logprobe.scheduler.metrics;

import io.logprobe.contracts.evaluation.ExampleScore;
import io.logprobe.contracts.outcome.EvaluationMetrics;
import java.util.List;

/// Turns stored log-probabilities into the figures of an evaluation (formulas: Inverse Scaling Prize,
/// `classification`).
public final class EvaluationMetricsAccumulator {

    private final MeanEstimator accuracy = new MeanEstimator();
    private final MeanEstimator loss = new MeanEstimator();
    private final MeanEstimator coverage = new MeanEstimator();
    private int examples;
    private int withTarget;
    private int truncated;

    public void add(ExampleScore example) {
        double totalLogprob = logSumExp(example.logprobs());
        examples++;
        coverage.add(Math.exp(totalLogprob));
        if (example.truncated()) {
            truncated++;
        }
        if (example.target() != null) {
            withTarget++;
            accuracy.add(example.prediction() == example.target() ? 1 : 0);
            loss.add(totalLogprob - example.logprobs().get(example.target()));
        }
    }

    /// The figures; accuracy and loss only if every example has a target.
    public EvaluationMetrics metrics() {
        boolean targets = withTarget == examples;
        return new EvaluationMetrics(
                examples,
                targets ? accuracy.share() : null,
                targets ? loss.estimate() : null,
                coverage.estimate(),
                truncated);
    }

    private static double logSumExp(List<Double> logprobs) {
        double max = logprobs.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        if (max == Double.NEGATIVE_INFINITY) {
            return max;
        }
        double sum = 0;
        for (double logprob : logprobs) {
            sum += Math.exp(logprob - max);
        }
        return max + Math.log(sum);
    }
}
