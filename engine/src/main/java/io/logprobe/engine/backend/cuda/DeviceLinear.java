package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Linear;

/// A linear layer on the device; its weights may still be on their way.
///
/// @param width inputs with their padding of zeros
/// @param weight address of `[outputs, width]`
/// @param bias address of `[outputs]`, or 0
record DeviceLinear(
        ComputeType type,
        int outputs,
        int inputs,
        int width,
        long weight,
        long bias,
        Arrival arrival,
        DeviceMemory memory)
        implements Linear {

    /// Inputs per row of operands: products are padded to whole steps of the kernels.
    static int width(ComputeType type, int inputs) {
        int step =
                switch (type) {
                    case FLOAT32 -> 16;
                    case BFLOAT16 -> 32;
                };
        return Math.ceilDiv(inputs, step) * step;
    }

    @Override
    public long bytes() {
        return (long) outputs * width * type.bytes() + (bias == 0 ? 0 : (long) outputs * Float.BYTES);
    }

    @Override
    public void close() {
        memory.makeCurrent();
        arrival.await();
        memory.free(weight);
        if (bias != 0) {
            memory.free(bias);
        }
    }
}
