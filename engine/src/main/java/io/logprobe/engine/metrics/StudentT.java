package io.logprobe.engine.metrics;

/// Student's t distribution with a whole number of degrees of freedom, by its finite series (Abramowitz and Stegun
/// 26.7.3 and 26.7.4).
final class StudentT {

    private StudentT() {}

    /// Probability of a value at least as far from 0 as `t`. Exact to about 1e-15, so smaller ones come out as 0.
    static double twoSided(double t, int degrees) {
        return Math.clamp(1 - within(Math.abs(t), degrees), 0, 1);
    }

    /// The value that lies `probability` of the distribution between itself and its negative.
    static double quantile(double probability, int degrees) {
        double low = 0;
        double high = 1;
        while (within(high, degrees) < probability) {
            high *= 2;
        }
        for (int i = 0; i < 100; i++) {
            double middle = (low + high) / 2;
            if (within(middle, degrees) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private static double within(double t, int degrees) {
        double angle = Math.atan2(t, Math.sqrt(degrees));
        double cosine2 = Math.cos(angle) * Math.cos(angle);
        boolean odd = degrees % 2 == 1;
        double sum = 0;
        double term = odd ? Math.cos(angle) : 1;
        for (int k = odd ? 3 : 2; k <= degrees; k += 2) {
            sum += term;
            term *= cosine2 * (k - 1) / k;
        }
        return odd ? 2 / Math.PI * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
    }
}
