package io.logprobe.engine.backend;

import java.lang.foreign.MemorySegment;

/// Rows of a weight matrix `[outputs, inputs]` that are read when they are asked for: each of them once, in ascending
/// order.
@FunctionalInterface
public interface WeightRows {

    /// Brings rows `first … first + count − 1` to `destination`.
    ///
    /// @param destination native memory, open to any thread, of `count · inputs` values of [Backend#dtype]
    /// @throws io.logprobe.engine.failure.WeightsUnreadable naming tensor and file
    void read(int first, int count, MemorySegment destination);
}
