package io.logprobe.engine.backend;

/// Rotary position embedding of the first `dims` dimensions of every head: pair `i` turns by `position · frequency[i]`.
/// Layers that turn alike share one instance.
///
/// @param frequencies one row of `dims / 2` per group of sequences
/// @param factor per group, multiplies cosine and sine
@SuppressWarnings("ArrayRecordComponent")
public record Rotation(int dims, Pairing pairing, float[][] frequencies, float[] factor) {

    /// Which two dimensions of a head turn together.
    public enum Pairing {
        /// Dimension `i` with `i + dims/2`.
        HALVES,
        /// Dimension `2i` with `2i + 1`.
        NEIGHBOURS
    }

    /// As transformers does: the angle is a float32 product.
    public double angle(int group, int position, int pair) {
        return (float) position * frequencies[Math.min(group, frequencies.length - 1)][pair];
    }

    public float factor(int group) {
        return factor[Math.min(group, factor.length - 1)];
    }
}
