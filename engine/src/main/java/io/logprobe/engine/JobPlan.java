package io.logprobe.engine;

import java.util.List;

/// What a job will cost, before it is started.
///
/// @param rows distinct token prefixes
/// @param headRows rows that predict something
/// @param flops operations that are needed at least
/// @param blocks passes over the weights
/// @param residentBytes weights that are read once
/// @param streamedBytes weights that are read in every pass
/// @param peakBytes bound on weights, hidden states, keys and values, and scratch memory
/// @param flopsPerSecond measured rate of matrix products
/// @param bytesPerSecond measured rate at which weights are read and packed
public record JobPlan(
        int examples,
        int pairs,
        long rows,
        long headRows,
        double flops,
        int blocks,
        long residentBytes,
        long streamedBytes,
        long peakBytes,
        double flopsPerSecond,
        double bytesPerSecond) {

    /// Of parts that different devices do at the same time.
    static JobPlan sideBySide(List<JobPlan> parts) {
        return parts.stream()
                .reduce((a, b) -> new JobPlan(
                        a.examples + b.examples,
                        a.pairs + b.pairs,
                        a.rows + b.rows,
                        a.headRows + b.headRows,
                        a.flops + b.flops,
                        Math.max(a.blocks, b.blocks),
                        Math.max(a.residentBytes, b.residentBytes),
                        Math.max(a.streamedBytes, b.streamedBytes),
                        Math.max(a.peakBytes, b.peakBytes),
                        a.flopsPerSecond + b.flopsPerSecond,
                        Math.min(a.bytesPerSecond, b.bytesPerSecond)))
                .orElseThrow();
    }

    public double computeSeconds() {
        return flops / flopsPerSecond;
    }

    public double readSeconds() {
        return (residentBytes + (double) streamedBytes * blocks) / bytesPerSecond;
    }
}
