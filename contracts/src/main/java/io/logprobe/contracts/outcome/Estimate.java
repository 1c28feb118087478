package io.logprobe.contracts.outcome;

/// A mean over examples with its uncertainty.
///
/// @param value the mean
/// @param standardError standard error of the mean
/// @param low95 lower end of the 95 % interval
/// @param high95 upper end of the 95 % interval
public record Estimate(double value, double standardError, double low95, double high95) {

    public Estimate {
        if (!(low95 <= value && value <= high95)) {
            throw new IllegalArgumentException(
                    "value " + value + " is outside its interval " + low95 + " to " + high95);
        }
        if (!(standardError >= 0)) {
            throw new IllegalArgumentException("standardError is negative: " + standardError);
        }
    }
}
