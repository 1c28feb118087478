package io.logprobe.engine;

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

    public double computeSeconds() {
        return flops / flopsPerSecond;
    }

    public double readSeconds() {
        return (residentBytes + (double) streamedBytes * blocks) / bytesPerSecond;
    }
}
