package io.logprobe.engine.backend;

/// Type of weights and matrix-product operands. Everything else is float32, log-softmax included.
public enum ComputeType {
    FLOAT32,
    BFLOAT16
}
