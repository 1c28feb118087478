package io.logprobe.engine.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// One thread's memory objects and argument list of a [Primitive], its scratchpad being the last of them.
final class Execution implements AutoCloseable {

    private final OneDnn oneDnn;
    private final MemorySegment primitive;
    private final MemorySegment stream;
    private final MemorySegment[] memories;
    private final MemorySegment arguments;

    /// @param kinds of the arguments, without the scratchpad
    /// @param descriptors of the arguments
    Execution(
            OneDnn oneDnn,
            MemorySegment primitiveDescriptor,
            MemorySegment primitive,
            MemorySegment stream,
            Arena arena,
            int[] kinds,
            MemorySegment[] descriptors) {
        this.oneDnn = oneDnn;
        this.primitive = primitive;
        this.stream = stream;
        int count = descriptors.length;
        memories = new MemorySegment[count + 1];
        for (int i = 0; i < count; i++) {
            memories[i] = oneDnn.memory(descriptors[i], MemorySegment.NULL);
        }
        MemorySegment scratchpad = oneDnn.query(primitiveDescriptor, OneDnn.QUERY_SCRATCHPAD);
        memories[count] = oneDnn.memory(
                scratchpad, arena.allocate(Math.max(oneDnn.descriptors().size(scratchpad), 1), 64));
        int[] all = Arrays.copyOf(kinds, count + 1);
        all[count] = OneDnn.ARGUMENT_SCRATCHPAD;
        arguments = OneDnn.arguments(arena, all, memories);
    }

    /// Sets the data of an argument.
    Execution with(int argument, MemorySegment data) {
        oneDnn.setData(memories[argument], data);
        return this;
    }

    void run() {
        oneDnn.execute(primitive, stream, memories.length, arguments);
    }

    @Override
    public void close() {
        for (MemorySegment memory : memories) {
            oneDnn.destroyMemory(memory);
        }
    }
}
