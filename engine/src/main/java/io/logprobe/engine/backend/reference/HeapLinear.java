package io.logprobe.engine.backend.reference;

import io.logprobe.engine.backend.Linear;

/// Weights `[outputs, inputs]` in an array.
@SuppressWarnings("ArrayRecordComponent")
record HeapLinear(float[] weight, float[] bias, int outputs, int inputs) implements Linear {

    @Override
    public long bytes() {
        return 4L * (weight.length + (bias == null ? 0 : bias.length));
    }

    @Override
    public void close() {}
}
