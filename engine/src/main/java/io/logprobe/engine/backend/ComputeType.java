package io.logprobe.engine.backend;

/// Type of weights and matrix-product operands. Everything else is float32, log-softmax included.
public enum ComputeType {
    FLOAT32(Float.BYTES),
    BFLOAT16(Short.BYTES);

    private final int bytes;

    ComputeType(int bytes) {
        this.bytes = bytes;
    }

    /// Size of a value.
    public int bytes() {
        return bytes;
    }
}
