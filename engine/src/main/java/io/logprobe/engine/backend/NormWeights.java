package io.logprobe.engine.backend;

/// A [Norm] in the backend's memory.
public interface NormWeights extends Resource {}
