package io.logprobe.engine.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
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

    /// The 16 values of IQ4_NL and IQ4_XS, denser around zero.
    static final ByteVector NON_LINEAR =
            table(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);

    /// Twice the values of a float of one sign bit, two bits of exponent and one of mantissa.
    private static final ByteVector FLOAT4 = table(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);

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

    /// Q5_0: float16 scale `d`, 32 bits, 16 bytes as Q4_0 has them. Bit `i` is the fifth of element `i`;
    /// element = d · (q - 16).
    static void q5WithoutMinimum(MemorySegment source, MemorySegment target, long count) {
        int bytes = StoredType.Q5_0.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * bytes;
            float d = scale(source, at);
            int fifths = source.get(JAVA_INT_UNALIGNED, at + 2);
            ByteVector pairs = bytes(source, at + 6);
            scaled(five(low(pairs), fifths).sub((byte) 16), d, target, block * ELEMENTS);
            scaled(five(high(pairs), fifths >>> HALF).sub((byte) 16), d, target, block * ELEMENTS + HALF);
        }
    }

    /// Q5_1: float16 scale `d` and minimum `m`, 32 bits and 16 bytes as Q5_0 has them; element = d · q + m.
    static void q5WithMinimum(MemorySegment source, MemorySegment target, long count) {
        int bytes = StoredType.Q5_1.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * bytes;
            float d = scale(source, at);
            float m = scale(source, at + 2);
            int fifths = source.get(JAVA_INT_UNALIGNED, at + 4);
            ByteVector pairs = bytes(source, at + 8);
            shifted(five(low(pairs), fifths), d, m, target, block * ELEMENTS);
            shifted(five(high(pairs), fifths >>> HALF), d, m, target, block * ELEMENTS + HALF);
        }
    }

    /// IQ4_NL: float16 scale `d`, 16 bytes of two places in a table each; element = d · table[q].
    static void nonLinear4(MemorySegment source, MemorySegment target, long count) {
        int bytes = StoredType.IQ4_NL.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * bytes;
            float d = scale(source, at);
            ByteVector pairs = bytes(source, at + 2);
            scaled(low(pairs).selectFrom(NON_LINEAR), d, target, block * ELEMENTS);
            scaled(high(pairs).selectFrom(NON_LINEAR), d, target, block * ELEMENTS + HALF);
        }
    }

    /// MXFP4: a byte `e`, 16 bytes of two floats of four bits each; element = 2^(e - 127) · float. The table has the
    /// floats times two, so the scale is halved.
    static void float4(MemorySegment source, MemorySegment target, long count) {
        int bytes = StoredType.MXFP4.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * bytes;
            float d = Math.scalb(1f, (source.get(JAVA_BYTE, at) & 0xFF) - 128);
            ByteVector pairs = bytes(source, at + 1);
            scaled(low(pairs).selectFrom(FLOAT4), d, target, block * ELEMENTS);
            scaled(high(pairs).selectFrom(FLOAT4), d, target, block * ELEMENTS + HALF);
        }
    }

    static float scale(MemorySegment source, long offset) {
        return Float.float16ToFloat(source.get(JAVA_SHORT_UNALIGNED, offset));
    }

    private static ByteVector table(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteVector.fromArray(BYTES, bytes, 0);
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

    /// Adds bit `i` of `fifths` to quant `i` as its fifth.
    private static ByteVector five(ByteVector quants, int fifths) {
        return quants.lanewise(VectorOperators.OR, (byte) 16, VectorMask.fromLong(BYTES, fifths & 0xFFFF));
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
