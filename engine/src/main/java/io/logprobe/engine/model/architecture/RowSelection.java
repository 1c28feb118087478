package io.logprobe.engine.model.architecture;

/// Which outputs of a fused matrix: `groups` runs of `length`, the first at `start`, each `stride` after the one
/// before.
///
/// | Layout of a fused query-key-value matrix | query | key | value |
/// |---|---|---|---|
/// | `[q \| k \| v]` | run(0, q) | run(q, k) | run(q + k, k) |
/// | `[head, 3, d]` | every(0, d, 3d, heads) | every(d, d, 3d, heads) | every(2d, d, 3d, heads) |
/// | `[group, n + 2, d]`, `s = (n + 2)d` | every(0, nd, s, g) | every(nd, d, s, g) | every(s − d, d, s, g) |
public record RowSelection(int start, int length, int stride, int groups) {

    public RowSelection {
        if (start < 0 || length < 1 || groups < 1 || (groups > 1 && stride < length)) {
            throw new IllegalArgumentException(
                    "start " + start + ", length " + length + ", stride " + stride + ", groups " + groups);
        }
    }

    public static RowSelection run(int start, int length) {
        return new RowSelection(start, length, length, 1);
    }

    public static RowSelection every(int start, int length, int stride, int groups) {
        return new RowSelection(start, length, stride, groups);
    }

    /// Number of outputs selected.
    public int count() {
        return length * groups;
    }
}
