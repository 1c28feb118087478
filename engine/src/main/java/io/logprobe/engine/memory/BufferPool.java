package io.logprobe.engine.memory;

import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Native memory that is used again: the first touch of a page costs more than what is written there afterwards.
/// Safe for concurrent use.
public final class BufferPool implements AutoCloseable {

    private final Queue<NativeBuffer> free = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /// Memory of `bytes` bytes with any contents, until the loan is closed.
    ///
    /// @throws io.logprobe.engine.failure.InsufficientMemory when the system refuses
    public Loan borrow(long bytes) {
        NativeBuffer buffer = free.poll();
        if (buffer != null && buffer.data().byteSize() < bytes) {
            buffer.close();
            buffer = null;
        }
        return new Loan(buffer == null ? NativeBuffer.allocate(bytes) : buffer, bytes);
    }

    /// Frees what is not lent. What is lent comes back to the pool.
    public void clear() {
        for (NativeBuffer buffer = free.poll(); buffer != null; buffer = free.poll()) {
            buffer.close();
        }
    }

    /// Frees what is not lent, and what is lent as soon as it comes back: who waits for a slow disk may keep it long.
    @Override
    public void close() {
        closed = true;
        clear();
    }

    /// Memory on loan.
    public final class Loan implements AutoCloseable {

        private final NativeBuffer buffer;
        private final long bytes;

        private Loan(NativeBuffer buffer, long bytes) {
            this.buffer = buffer;
            this.bytes = bytes;
        }

        /// As many bytes as were asked for.
        public MemorySegment data() {
            return buffer.data().asSlice(0, bytes);
        }

        /// Gives the memory back to the pool. Nobody may use it any more.
        @Override
        public void close() {
            free.add(buffer);
            if (closed) {
                clear();
            }
        }
    }
}
