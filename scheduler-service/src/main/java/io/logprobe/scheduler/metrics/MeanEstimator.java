package io.logprobe.scheduler.metrics;

import io.logprobe.contracts.outcome.Estimate;

/// Mean and standard error of a stream of values, by Welford's update.
final class MeanEstimator {

    /// 97.5 % quantile of the normal distribution.
    private static final double Z95 = 1.959963984540054;

    private long count;
    private double mean;
    private double squaredDeviations;

    void add(double value) {
        count++;
        double deviation = value - mean;
        mean += deviation / count;
        squaredDeviations += deviation * (value - mean);
    }

    /// The mean with sqrt(Σ(x−mean)²/(n−1))/√n as its standard error, 0 for a single value.
    Estimate estimate() {
        double standardError = count > 1 ? Math.sqrt(squaredDeviations / (count - 1) / count) : 0;
        return new Estimate(mean, standardError, mean - Z95 * standardError, mean + Z95 * standardError);
    }

    /// The same for a share: the interval is Wilson's, which stays within 0 and 1 and is not empty at the ends.
    Estimate share() {
        double standardError = count > 1 ? Math.sqrt(squaredDeviations / (count - 1) / count) : 0;
        double z2 = Z95 * Z95;
        double centre = (mean + z2 / (2 * count)) / (1 + z2 / count);
        double half = Z95 / (1 + z2 / count) * Math.sqrt(mean * (1 - mean) / count + z2 / (4.0 * count * count));
        // Rounding may put an end a hair on the wrong side of 0, 1 or the mean itself.
        double low = Math.min(mean, Math.max(0, centre - half));
        double high = Math.max(mean, Math.min(1, centre + half));
        return new Estimate(mean, standardError, low, high);
    }
}
