package io.logprobe.engine.backend.reference;

import io.logprobe.engine.backend.Activation;

/// Activation functions in double.
final class Activations {

    private Activations() {}

    static double apply(Activation activation, double x) {
        return switch (activation) {
            case RELU -> Math.max(x, 0);
            case RELU_SQUARED -> Math.max(x, 0) * Math.max(x, 0);
            case GELU -> 0.5 * x * (1 + erf(x / Math.sqrt(2)));
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case GELU_SIGMOID -> x * sigmoid(1.702 * x);
            case SILU -> x * sigmoid(x);
        };
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /// The error function, by its Taylor series where that converges quickly and by its continued fraction elsewhere
    /// (Abramowitz and Stegun, 7.1.6 and 7.1.14).
    static double erf(double x) {
        double z = Math.abs(x);
        if (z > 6) {
            return Math.signum(x);
        }
        return Math.signum(x) * (z < 2.5 ? series(z) : 1 - complement(z));
    }

    private static double series(double z) {
        double term = z;
        double sum = z;
        for (int n = 1; term > sum * 1e-17; n++) {
            term *= 2 * z * z / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-z * z) * sum;
    }

    private static double complement(double z) {
        double fraction = z;
        for (int n = 60; n >= 1; n--) {
            fraction = z + n / 2.0 / fraction;
        }
        return Math.exp(-z * z) / Math.sqrt(Math.PI) / fraction;
    }
}
