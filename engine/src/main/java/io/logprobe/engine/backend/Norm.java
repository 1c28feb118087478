package io.logprobe.engine.backend;

/// A normalisation over groups of `width` consecutive columns.
///
/// - `LAYER`: `(x − mean) / √(variance + ε) · weight + bias`
/// - `RMS`: `x / √(mean(x²) + ε) · weight`
///
/// @param width columns per group: the whole row, or one head
/// @param weight one factor per column of a group, or per column of the row; null for 1
/// @param bias as `weight`; null for 0
@SuppressWarnings("ArrayRecordComponent")
public record Norm(Kind kind, int width, float[] weight, float[] bias, float epsilon) {

    /// What a group is divided by.
    public enum Kind {
        /// Its standard deviation, after its mean is subtracted.
        LAYER,
        /// The root of its mean square.
        RMS
    }
}
