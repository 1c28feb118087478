package io.logprobe.engine.backend;

/// Which backend computes.
public enum BackendChoice {
    /// CUDA where a device answers, else CPU.
    AUTO,
    CPU,
    CUDA,
    /// Plain Java with double accumulation: slow, and what the others are compared with.
    REFERENCE
}
