package io.logprobe.engine.checkpoint;

/// What the caller wants elements to become.
enum FloatFormat {
    FLOAT32(StoredType.F32),
    BFLOAT16(StoredType.BF16);

    private final StoredType stored;

    FloatFormat(StoredType stored) {
        this.stored = stored;
    }

    int bytes() {
        return stored.blockBytes();
    }

    boolean isStoredAs(StoredType type) {
        return type == stored;
    }
}
