package io.logprobe.scheduler.metrics;

import io.logprobe.contracts.outcome.Estimate;

/// Mean and standard error of a stream of values. Deviations are summed by Welford's update; the mean itself is the sum
/// over the count, which is exact for shares.
final class MeanEstimator {

    /// 97.5 % quantile of the normal distribution.
    private static final double Z95 = 1.959963984540054;

    private long count;
    private double sum;
    private double runningMean;
    private double squaredDeviations;

    void add(double value) {
        count++;
        sum += value;
        double deviation = value - runningMean;
        runningMean += deviation / count;
        squaredDeviations += deviation * (value - runningMean);
    }

    /// The mean with sqrt(Σ(x−mean)²/(n−1))/√n as its standard error, 0 for a single value.
    Estimate estimate() {
        double mean = sum / count;
        double standardError = standardError();
        return new Estimate(mean, standardError, mean - Z95 * standardError, mean + Z95 * standardError);
    }

    /// The same for a share: the interval is Wilson's, which stays within 0 and 1 and is not empty at the ends.
    Estimate share() {
        double mean = sum / count;
        double z2 = Z95 * Z95;
        double centre = (mean + z2 / (2 * count)) / (1 + z2 / count);
        double half = Z95 / (1 + z2 / count) * Math.sqrt(mean * (1 - mean) / count + z2 / (4.0 * count * count));
        // Rounding may put an end a hair on the wrong side of 0, 1 or the mean itself.
        double low = Math.min(mean, Math.max(0, centre - half));
        double high = Math.max(mean, Math.min(1, centre + half));
        return new Estimate(mean, standardError(), low, high);
    }

    private double standardError() {
        return count > 1 ? Math.sqrt(squaredDeviations / (count - 1) / count) : 0;
    }
}
