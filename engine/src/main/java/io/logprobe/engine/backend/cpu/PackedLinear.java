package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.memory.NativeBuffer;
import java.lang.foreign.MemorySegment;

/// Weights in oneDNN's own layout for blocks of rows.
///
/// @param bias `[outputs]` float32, or [MemorySegment#NULL]
record PackedLinear(
        int inputs, int outputs, PackedLayout layout, MemorySegment weights, MemorySegment bias, NativeBuffer buffer)
        implements Linear {

    boolean hasBias() {
        return bias.address() != 0;
    }

    @Override
    public long bytes() {
        return NativeBuffer.footprint(buffer.data().byteSize());
    }

    @Override
    public void close() {
        buffer.close();
    }
}
