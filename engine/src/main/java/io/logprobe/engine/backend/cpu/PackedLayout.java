package io.logprobe.engine.backend.cpu;

import java.lang.foreign.MemorySegment;

/// The layout that oneDNN chose for weights of one shape.
///
/// @param type oneDNN's number of the operands' type
/// @param descriptor of weights `[inputs, outputs]`
/// @param bytes size of the packed weights
/// @param packing how to get there, or null where oneDNN keeps that to itself
record PackedLayout(int type, MemorySegment descriptor, long bytes, WeightPacking packing) {

    /// Asks oneDNN for the layout it multiplies fastest with blocks of `blockRows` rows.
    static PackedLayout choose(OneDnn oneDnn, int type, int inputs, int outputs, int blockRows) {
        MemorySegment source =
                oneDnn.descriptors().strided(type, new long[] {blockRows, inputs}, new long[] {inputs, 1});
        MemorySegment weights = oneDnn.descriptors().ofAnyLayout(type, inputs, outputs);
        MemorySegment target =
                oneDnn.descriptors().strided(OneDnn.FLOAT32, new long[] {blockRows, outputs}, new long[] {outputs, 1});
        MemorySegment postOps = oneDnn.postOps();
        MemorySegment attributes = oneDnn.attributes(postOps);
        MemorySegment described = oneDnn.matmul(source, weights, MemorySegment.NULL, target, attributes);
        MemorySegment chosen = oneDnn.descriptors().cloned(oneDnn.query(described, OneDnn.QUERY_WEIGHTS));
        oneDnn.destroyPrimitiveDescriptor(described);
        oneDnn.destroyAttributes(attributes);
        oneDnn.destroyPostOps(postOps);
        oneDnn.descriptors().destroy(source);
        oneDnn.descriptors().destroy(weights);
        oneDnn.descriptors().destroy(target);
        BlockedLayout blocked = oneDnn.descriptors().blockedLayout(chosen);
        return new PackedLayout(
                type,
                chosen,
                oneDnn.descriptors().size(chosen),
                blocked == null ? null : WeightPacking.of(blocked, inputs, outputs));
    }
}
