package io.logprobe.engine.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Native memory that grows to what is asked for and is kept.
@SuppressWarnings("restricted")
final class GrowingBuffer implements AutoCloseable {

    private Arena arena;
    private MemorySegment data = MemorySegment.NULL;

    /// At least `bytes` bytes. What they hold is lost when they grow.
    MemorySegment atLeast(long bytes) {
        if (data.byteSize() < bytes) {
            close();
            arena = Arena.ofShared();
            data = MemorySegment.ofAddress(arena.allocate(bytes, 64).address()).reinterpret(bytes);
        }
        return data;
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
            arena = null;
            data = MemorySegment.NULL;
        }
    }
}
