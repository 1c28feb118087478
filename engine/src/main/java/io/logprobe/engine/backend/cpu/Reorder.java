package io.logprobe.engine.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A compiled copy of a matrix into another type or layout. Every thread that executes it has a [Call] of its own.
final class Reorder implements AutoCloseable {

    /// Rows of float32 that become operands of a product.
    ///
    /// @param sourceStride elements from one row to the next; the target's rows follow each other
    record Rounding(int rows, int columns, int sourceStride) {}

    private final OneDnn oneDnn;
    private final MemorySegment source; // descriptor, owned
    private final MemorySegment target; // descriptor, the caller's
    private final MemorySegment primitiveDescriptor;
    private final MemorySegment primitive;

    /// @param source descriptor that is destroyed with this
    /// @param target descriptor that outlives this
    Reorder(OneDnn oneDnn, MemorySegment source, MemorySegment target) {
        this.oneDnn = oneDnn;
        this.source = source;
        this.target = target;
        MemorySegment postOps = oneDnn.postOps();
        MemorySegment attributes = oneDnn.attributes(postOps);
        primitiveDescriptor = oneDnn.reorder(source, target, attributes);
        primitive = oneDnn.primitive(primitiveDescriptor);
        oneDnn.destroyAttributes(attributes);
        oneDnn.destroyPostOps(postOps);
    }

    @Override
    public void close() {
        oneDnn.destroyPrimitive(primitive);
        oneDnn.destroyPrimitiveDescriptor(primitiveDescriptor);
        oneDnn.destroyDescriptor(source);
    }

    /// One thread's memory objects and argument list.
    final class Call implements AutoCloseable {

        private static final int[] KINDS = {
            OneDnn.ARGUMENT_SOURCE, OneDnn.ARGUMENT_DESTINATION, OneDnn.ARGUMENT_SCRATCHPAD
        };

        private final MemorySegment[] memories; // in the order of KINDS
        private final MemorySegment arguments;
        private final MemorySegment stream;

        Call(MemorySegment stream, Arena arena) {
            this.stream = stream;
            MemorySegment scratchpad = oneDnn.query(primitiveDescriptor, OneDnn.QUERY_SCRATCHPAD);
            memories = new MemorySegment[] {
                oneDnn.memory(source, MemorySegment.NULL),
                oneDnn.memory(target, MemorySegment.NULL),
                oneDnn.memory(scratchpad, arena.allocate(Math.max(oneDnn.size(scratchpad), 1), 64))
            };
            arguments = OneDnn.arguments(arena, KINDS, memories);
        }

        void execute(MemorySegment from, MemorySegment to) {
            oneDnn.setData(memories[0], from);
            oneDnn.setData(memories[1], to);
            oneDnn.execute(primitive, stream, memories.length, arguments);
        }

        @Override
        public void close() {
            for (MemorySegment memory : memories) {
                oneDnn.destroyMemory(memory);
            }
        }
    }
}
