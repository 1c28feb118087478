package io.logprobe.engine.model;

/// What a pass found, by the plan's prediction numbers.
///
/// @param logprobs natural logarithms
/// @param greedy whether the target was the most probable token, the lowest one among equals
@SuppressWarnings("ArrayRecordComponent")
public record Predictions(double[] logprobs, boolean[] greedy) {}
