package io.logprobe.engine.metrics;

/// A mean over examples with its standard error and a 95 % confidence interval.
///
/// @param standardError sample standard deviation ÷ √n, as lm-evaluation-harness reports it; 0 for a single example
public record Estimate(double mean, double standardError, double low, double high, int n) {

    /// 97.5 % quantile of the normal distribution.
    private static final double Z = 1.959963984540054;

    /// Mean of any values, interval by the normal approximation.
    public static Estimate ofMean(double[] values) {
        requireSome(values.length);
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        double standardError = standardError(squares, values.length);
        return new Estimate(mean, standardError, mean - Z * standardError, mean + Z * standardError, values.length);
    }

    /// Mean of differences between measurements of the same examples, interval by Student's t.
    public static Estimate ofDifference(double[] values) {
        Estimate normal = ofMean(values);
        double half = values.length == 1 ? 0 : StudentT.quantile(0.95, values.length - 1) * normal.standardError();
        return new Estimate(normal.mean, normal.standardError, normal.mean - half, normal.mean + half, values.length);
    }

    /// Share of successes, interval by Wilson's score, which stays within 0 and 1 and is sound for few examples.
    public static Estimate ofShare(int successes, int n) {
        requireSome(n);
        if (successes < 0 || successes > n) {
            throw new IllegalArgumentException(successes + " successes of " + n);
        }
        double share = (double) successes / n;
        double standardError = standardError(n * share * (1 - share), n);
        double z2 = Z * Z;
        double centre = (share + z2 / (2 * n)) / (1 + z2 / n);
        double half = Z / (1 + z2 / n) * Math.sqrt(share * (1 - share) / n + z2 / (4.0 * n * n));
        return new Estimate(share, standardError, Math.max(0, centre - half), Math.min(1, centre + half), n);
    }

    private static double standardError(double squares, int n) {
        return n == 1 ? 0 : Math.sqrt(squares / (n - 1) / n);
    }

    private static void requireSome(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("no examples");
        }
    }
}
