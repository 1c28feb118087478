package io.logprobe.engine.metrics;

import java.util.List;

/// Metrics of one example, from the log-probabilities of its classes.
public final class Metrics {

    private Metrics() {}

    /// Index of the greatest value; the first one wins ties.
    public static int prediction(List<Double> logprobs) {
        int best = 0;
        for (int i = 1; i < logprobs.size(); i++) {
            if (logprobs.get(i) > logprobs.get(best)) {
                best = i;
            }
        }
        return best;
    }

    public static boolean correct(List<Double> logprobs, int target) {
        return prediction(logprobs) == target;
    }

    /// `−log softmax(logprobs)[target]`
    public static double loss(List<Double> logprobs, int target) {
        return logSumExp(logprobs) - logprobs.get(target);
    }

    /// Probability that the model gives to all classes together, were they the only texts that could follow: their sum.
    /// More than 1 when one class is a prefix of another.
    public static double coverage(List<Double> logprobs) {
        return Math.exp(logSumExp(logprobs));
    }

    /// The greatest value of `softmax(logprobs)`: how sure the prediction is among the classes.
    public static double confidence(List<Double> logprobs) {
        return Math.exp(logprobs.get(prediction(logprobs)) - logSumExp(logprobs));
    }

    /// `Σ (softmax(logprobs) − one-hot(target))²`, between 0 and 2, as lm-evaluation-harness has it.
    public static double brier(List<Double> logprobs, int target) {
        double total = logSumExp(logprobs);
        double sum = 0;
        for (int i = 0; i < logprobs.size(); i++) {
            double error = Math.exp(logprobs.get(i) - total) - (i == target ? 1 : 0);
            sum += error * error;
        }
        return sum;
    }

    private static double logSumExp(List<Double> values) {
        double max = values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        double sum = values.stream().mapToDouble(value -> Math.exp(value - max)).sum();
        return max + Math.log(sum);
    }
}
