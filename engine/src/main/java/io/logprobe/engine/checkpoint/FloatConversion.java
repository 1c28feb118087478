package io.logprobe.engine.checkpoint;

import static io.logprobe.engine.memory.NativeMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Conversions between float32, float16 and bfloat16 over native memory, bit-exact with the scalar definitions.
final class FloatConversion {

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(INTS.vectorBitSize() / 2));
    private static final int LANES = INTS.length();

    /// Float16 bits shifted into place have an exponent that is too small by the difference of the biases, 127 - 15.
    private static final float FLOAT16_REBIAS = 0x1p112f;

    private FloatConversion() {}

    static void bfloat16ToFloat32(MemorySegment source, MemorySegment target, long count) {
        long from = start(source, count, Short.BYTES);
        long to = start(target, count, Float.BYTES);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            widen(from + i * 2).lanewise(VectorOperators.LSHL, 16).intoMemorySegment(ALL, to + i * 4, ORDER);
        }
        for (; i < count; i++) {
            ALL.set(JAVA_FLOAT_UNALIGNED, to + i * 4, bfloat16ToFloat32(ALL.get(JAVA_SHORT_UNALIGNED, from + i * 2)));
        }
    }

    static void float16ToFloat32(MemorySegment source, MemorySegment target, long count) {
        long from = start(source, count, Short.BYTES);
        long to = start(target, count, Float.BYTES);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            float16ToFloat32(widen(from + i * 2)).intoMemorySegment(ALL, to + i * 4, ORDER);
        }
        for (; i < count; i++) {
            float value = Float.float16ToFloat(ALL.get(JAVA_SHORT_UNALIGNED, from + i * 2));
            ALL.set(JAVA_FLOAT_UNALIGNED, to + i * 4, value);
        }
    }

    static void float16ToBfloat16(MemorySegment source, MemorySegment target, long count) {
        long from = start(source, count, Short.BYTES);
        long to = start(target, count, Short.BYTES);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            roundToBfloat16(float16ToFloat32(widen(from + i * 2)), to + i * 2);
        }
        for (; i < count; i++) {
            float value = Float.float16ToFloat(ALL.get(JAVA_SHORT_UNALIGNED, from + i * 2));
            ALL.set(JAVA_SHORT_UNALIGNED, to + i * 2, float32ToBfloat16(value));
        }
    }

    static void float32ToBfloat16(MemorySegment source, MemorySegment target, long count) {
        long from = start(source, count, Float.BYTES);
        long to = start(target, count, Short.BYTES);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            roundToBfloat16(FloatVector.fromMemorySegment(FLOATS, ALL, from + i * 4, ORDER), to + i * 2);
        }
        for (; i < count; i++) {
            float value = ALL.get(JAVA_FLOAT_UNALIGNED, from + i * 4);
            ALL.set(JAVA_SHORT_UNALIGNED, to + i * 2, float32ToBfloat16(value));
        }
    }

    /// The address of native memory that holds so many elements.
    private static long start(MemorySegment segment, long count, int elementBytes) {
        if (!segment.isNative() || segment.byteSize() < count * elementBytes) {
            throw new IllegalArgumentException(segment + " does not hold " + count + " elements in native memory");
        }
        return segment.address();
    }

    static float bfloat16ToFloat32(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /// Rounds to nearest, ties to even; NaN stays NaN.
    static short float32ToBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }

    private static IntVector widen(long address) {
        return (IntVector) ShortVector.fromMemorySegment(SHORTS, ALL, address, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
    }

    private static FloatVector float16ToFloat32(IntVector half) {
        IntVector magnitude = half.and(0x7FFF);
        IntVector sign = half.and(0x8000).lanewise(VectorOperators.LSHL, 16);
        IntVector finite = magnitude
                .lanewise(VectorOperators.LSHL, 13)
                .reinterpretAsFloats()
                .mul(FLOAT16_REBIAS)
                .reinterpretAsInts();
        VectorMask<Integer> notFinite = magnitude.compare(VectorOperators.GE, 0x7C00);
        return finite.lanewise(VectorOperators.OR, 0x7F80_0000, notFinite)
                .or(sign)
                .reinterpretAsFloats();
    }

    private static void roundToBfloat16(FloatVector values, long address) {
        IntVector bits = values.reinterpretAsInts();
        IntVector high = bits.lanewise(VectorOperators.LSHR, 16);
        IntVector rounded = bits.add(0x7FFF).add(high.and(1)).lanewise(VectorOperators.LSHR, 16);
        VectorMask<Integer> nan = values.test(VectorOperators.IS_NAN).cast(INTS);
        IntVector result = rounded.blend(high.or(0x40), nan);
        ((ShortVector) result.convertShape(VectorOperators.I2S, SHORTS, 0)).intoMemorySegment(ALL, address, ORDER);
    }
}
