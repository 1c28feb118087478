package io.logprobe.engine.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// GGML's quantisation in blocks of 32 elements that share a scale. Products and sums are rounded one by one, as GGML
/// and its Python package do.
///
/// See `ggml/src/ggml-quants.c` of <https://github.com/ggml-org/ggml>.
final class BlockDequantization {

    static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED.length() <= BYTES.length()
            ? FloatVector.SPECIES_PREFERRED
            : FloatVector.SPECIES_512;
    private static final int PARTS = BYTES.length() / FLOATS.length();
    private static final int HALF = BYTES.length();
    private static final int ELEMENTS = 2 * HALF;

    private BlockDequantization() {}

    /// Q8_0: float16 scale `d`, 32 signed bytes `q`; element = d · q.
    static void q8(MemorySegment source, MemorySegment target, long count) {
        int bytes = StoredType.Q8_0.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * bytes;
            float d = scale(source, at);
            scaled(bytes(source, at + 2), d, target, block * ELEMENTS);
            scaled(bytes(source, at + 2 + HALF), d, target, block * ELEMENTS + HALF);
        }
    }

    /// Q4_0: float16 scale `d`, 16 bytes of two quants each, the low half first; element = d · (q - 8).
    static void q4WithoutMinimum(MemorySegment source, MemorySegment target, long count) {
        int bytes = StoredType.Q4_0.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * bytes;
            float d = scale(source, at);
            ByteVector pairs = bytes(source, at + 2);
            scaled(low(pairs).sub((byte) 8), d, target, block * ELEMENTS);
            scaled(high(pairs).sub((byte) 8), d, target, block * ELEMENTS + HALF);
        }
    }

    /// Q4_1: float16 scale `d` and minimum `m`, 16 bytes of two quants each; element = d · q + m.
    static void q4WithMinimum(MemorySegment source, MemorySegment target, long count) {
        int bytes = StoredType.Q4_1.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * bytes;
            float d = scale(source, at);
            float m = scale(source, at + 2);
            ByteVector pairs = bytes(source, at + 4);
            shifted(low(pairs), d, m, target, block * ELEMENTS);
            shifted(high(pairs), d, m, target, block * ELEMENTS + HALF);
        }
    }

    static float scale(MemorySegment source, long offset) {
        return Float.float16ToFloat(source.get(JAVA_SHORT_UNALIGNED, offset));
    }

    static ByteVector bytes(MemorySegment source, long offset) {
        return ByteVector.fromMemorySegment(BYTES, source, offset, ByteOrder.LITTLE_ENDIAN);
    }

    static ByteVector low(ByteVector pairs) {
        return pairs.and((byte) 0x0F);
    }

    static ByteVector high(ByteVector pairs) {
        return pairs.lanewise(VectorOperators.LSHR, 4);
    }

    /// Stores `d · quant` for 16 quants from element `index` on.
    static void scaled(ByteVector quants, float d, MemorySegment target, long index) {
        for (int part = 0; part < PARTS; part++) {
            store(floats(quants, part).mul(d), target, index, part);
        }
    }

    /// Stores `d · quant + m`.
    static void shifted(ByteVector quants, float d, float m, MemorySegment target, long index) {
        for (int part = 0; part < PARTS; part++) {
            store(floats(quants, part).mul(d).add(m), target, index, part);
        }
    }

    private static FloatVector floats(ByteVector quants, int part) {
        return (FloatVector) quants.convertShape(VectorOperators.B2F, FLOATS, part);
    }

    private static void store(FloatVector values, MemorySegment target, long index, int part) {
        long element = index + (long) part * FLOATS.length();
        values.intoMemorySegment(target, element * Float.BYTES, ByteOrder.LITTLE_ENDIAN);
    }
}
