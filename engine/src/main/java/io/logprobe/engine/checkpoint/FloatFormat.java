package io.logprobe.engine.checkpoint;

/// What the caller wants elements to become.
enum FloatFormat {
    FLOAT32(4),
    BFLOAT16(2);

    private final int bytes;

    FloatFormat(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }
}
