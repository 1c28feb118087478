package io.logprobe.engine.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A compiled copy of a matrix into another type or layout.
final class Reorder implements Primitive, AutoCloseable {

    private static final int[] ARGUMENTS = {OneDnn.ARGUMENT_SOURCE, OneDnn.ARGUMENT_DESTINATION};

    private final OneDnn oneDnn;
    private final MemorySegment source;
    private final MemorySegment target;
    private final MemorySegment primitiveDescriptor;
    private final MemorySegment primitive;

    /// Both descriptors are destroyed with this.
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
    public Execution execution(MemorySegment stream, Arena arena) {
        MemorySegment[] descriptors = {source, target};
        return new Execution(oneDnn, primitiveDescriptor, primitive, stream, arena, ARGUMENTS, descriptors);
    }

    static void run(Execution execution, MemorySegment from, MemorySegment to) {
        execution.with(0, from).with(1, to).run();
    }

    @Override
    public void close() {
        oneDnn.destroyPrimitive(primitive);
        oneDnn.destroyPrimitiveDescriptor(primitiveDescriptor);
        oneDnn.descriptors().destroy(source);
        oneDnn.descriptors().destroy(target);
    }
}
