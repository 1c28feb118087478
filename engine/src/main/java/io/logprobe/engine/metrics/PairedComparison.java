package io.logprobe.engine.metrics;

import java.util.List;
import java.util.stream.IntStream;

/// Two models on the same examples, compared example by example: what makes an example hard for both cancels out, so a
/// difference shows with far fewer examples than from two intervals.
///
/// Accuracy is tested by McNemar's exact test: given that a model alone is right, either is as likely to be it. It
/// needs no approximation, however few the examples on which the models differ. Loss is tested by the paired t-test.
///
/// @param onlyFirst examples that only the first model predicts rightly
/// @param onlySecond likewise
/// @param accuracyDifference second less first
/// @param accuracyP probability of so uneven a split, or one more uneven, of models that are equally good
/// @param lossDifference second less first
/// @param lossP likewise for the losses; 1 where all differences are equal to 0
public record PairedComparison(
        int examples,
        int onlyFirst,
        int onlySecond,
        Estimate accuracyDifference,
        double accuracyP,
        Estimate lossDifference,
        double lossP) {

    /// Compares results of the same examples, each with a target.
    ///
    /// @param first results of one model, in the order of `second`
    public static PairedComparison of(List<ScoredClasses> first, List<ScoredClasses> second) {
        if (first.size() != second.size() || first.isEmpty()) {
            throw new IllegalArgumentException(first.size() + " and " + second.size() + " examples");
        }
        double[] accuracy =
                differences(first, second, example -> Metrics.correct(example.logprobs(), example.target()) ? 1 : 0);
        double[] loss = differences(first, second, example -> Metrics.loss(example.logprobs(), example.target()));
        int onlyFirst = count(accuracy, -1);
        int onlySecond = count(accuracy, 1);
        return new PairedComparison(
                first.size(),
                onlyFirst,
                onlySecond,
                Estimate.ofDifference(accuracy),
                mcNemar(onlyFirst, onlySecond),
                Estimate.ofDifference(loss),
                pairedT(loss));
    }

    /// `2 · P(X ≤ min(b, c))` of a fair coin thrown `b + c` times, at most 1.
    static double mcNemar(int onlyFirst, int onlySecond) {
        int n = onlyFirst + onlySecond;
        double logTerm = -n * Math.log(2);
        double sum = 0;
        for (int k = 0; k <= Math.min(onlyFirst, onlySecond); k++) {
            sum += Math.exp(logTerm);
            logTerm += Math.log((double) (n - k) / (k + 1));
        }
        return Math.min(1, 2 * sum);
    }

    static double pairedT(double[] differences) {
        Estimate estimate = Estimate.ofMean(differences);
        if (estimate.standardError() == 0) {
            return estimate.mean() == 0 || differences.length == 1 ? 1 : 0;
        }
        return StudentT.twoSided(estimate.mean() / estimate.standardError(), differences.length - 1);
    }

    private interface Value {
        double of(ScoredClasses example);
    }

    private static double[] differences(List<ScoredClasses> first, List<ScoredClasses> second, Value value) {
        return IntStream.range(0, first.size())
                .mapToDouble(i -> value.of(second.get(i)) - value.of(first.get(i)))
                .toArray();
    }

    private static int count(double[] values, double wanted) {
        int count = 0;
        for (double value : values) {
            count += value == wanted ? 1 : 0;
        }
        return count;
    }
}
