package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.memory.NativeBuffer;
import java.lang.foreign.MemorySegment;

/// Native memory that grows to what is asked for and is kept.
final class GrowingBuffer implements AutoCloseable {

    private NativeBuffer buffer = NativeBuffer.allocate(0);

    /// At least `bytes` bytes. What they hold is lost when they grow.
    MemorySegment atLeast(long bytes) {
        if (buffer.data().byteSize() < bytes) {
            buffer.close();
            buffer = NativeBuffer.allocate(bytes);
        }
        return buffer.data();
    }

    @Override
    public void close() {
        buffer.close();
    }
}
