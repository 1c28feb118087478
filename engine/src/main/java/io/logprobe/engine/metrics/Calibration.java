package io.logprobe.engine.metrics;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Expected calibration error: how far the share of right predictions is from the confidence in them,
/// `Σ_b n_b/n · |accuracy_b − confidence_b|` over 15 bins of equal width, each closed above (Guo et al. 2017).
///
/// It is not a mean over examples, so its standard error and interval come from the percentiles of a bootstrap. Where
/// the model is well calibrated the error cannot but be overestimated, and more so with few examples.
final class Calibration {

    private static final int BINS = 15;
    private static final int RESAMPLES = 1000;
    private static final long SEED = 15;

    private Calibration() {}

    /// @param confidences probability of each prediction
    /// @param correct whether it was right
    static Estimate error(double[] confidences, boolean[] correct) {
        int n = confidences.length;
        int[] all = new int[n];
        Arrays.setAll(all, i -> i);
        double error = error(confidences, correct, all);
        SplittableRandom random = new SplittableRandom(SEED);
        double[] resampled = new double[RESAMPLES];
        int[] drawn = new int[n];
        for (int i = 0; i < RESAMPLES; i++) {
            Arrays.setAll(drawn, j -> random.nextInt(n));
            resampled[i] = error(confidences, correct, drawn);
        }
        Arrays.sort(resampled);
        double deviation = Estimate.ofMean(resampled).standardError() * Math.sqrt(RESAMPLES);
        return new Estimate(
                error, deviation, resampled[(int) (0.025 * RESAMPLES)], resampled[(int) (0.975 * RESAMPLES)], n);
    }

    private static double error(double[] confidences, boolean[] correct, int[] examples) {
        double[] surplus = new double[BINS];
        for (int example : examples) {
            int bin = Math.clamp((int) Math.ceil(confidences[example] * BINS) - 1, 0, BINS - 1);
            surplus[bin] += (correct[example] ? 1 : 0) - confidences[example];
        }
        double error = 0;
        for (double bin : surplus) {
            error += Math.abs(bin) / examples.length;
        }
        return error;
    }
}
