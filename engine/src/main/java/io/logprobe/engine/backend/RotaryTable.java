package io.logprobe.engine.backend;

/// Cosines and sines of a [Rotation] in the backend's memory.
public interface RotaryTable extends Resource {}
