package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.backend.Linear;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Weights in oneDNN's own layout for blocks of rows.
///
/// @param bias `[outputs]` float32, or [MemorySegment#NULL]
record PackedLinear(
        int inputs, int outputs, PackedLayout layout, MemorySegment weights, MemorySegment bias, Arena arena)
        implements Linear {

    boolean hasBias() {
        return bias.address() != 0;
    }

    @Override
    public long bytes() {
        return weights.byteSize() + bias.byteSize();
    }

    @Override
    public void close() {
        arena.close();
    }
}
