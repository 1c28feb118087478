package io.logprobe.engine.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Turns elements of one stored type into another format, at most a given number at a time.
final class ElementConversion {

    private final StoredType type;
    private final FloatFormat format;

    /// Where quantised elements are float32 on their way to bfloat16.
    private final MemorySegment between;

    ElementConversion(StoredType type, FloatFormat format, long mostElements, Arena arena) {
        this.type = type;
        this.format = format;
        boolean inTwoSteps = format == FloatFormat.BFLOAT16 && type.blockElements() > 1;
        this.between = inTwoSteps ? arena.allocate(mostElements * Float.BYTES, Float.BYTES) : MemorySegment.NULL;
    }

    void convert(MemorySegment source, long count, MemorySegment destination) {
        switch (format) {
            case FLOAT32 -> toFloat32(source, count, destination);
            case BFLOAT16 -> toBfloat16(source, count, destination);
        }
    }

    private void toFloat32(MemorySegment source, long count, MemorySegment destination) {
        switch (type) {
            case F32 -> MemorySegment.copy(source, 0, destination, 0, count * Float.BYTES);
            case F16 -> FloatConversion.float16ToFloat32(source, destination, count);
            case BF16 -> FloatConversion.bfloat16ToFloat32(source, destination, count);
            case Q8_0 -> BlockDequantization.q8(source, destination, count);
            case Q4_0 -> BlockDequantization.q4WithoutMinimum(source, destination, count);
            case Q4_1 -> BlockDequantization.q4WithMinimum(source, destination, count);
            case Q5_0 -> BlockDequantization.q5WithoutMinimum(source, destination, count);
            case Q5_1 -> BlockDequantization.q5WithMinimum(source, destination, count);
            case Q2_K -> SuperBlockDequantization.q2(source, destination, count);
            case Q3_K -> SuperBlockDequantization.q3(source, destination, count);
            case Q4_K -> SuperBlockDequantization.q4(source, destination, count);
            case Q5_K -> SuperBlockDequantization.q5(source, destination, count);
            case Q6_K -> SuperBlockDequantization.q6(source, destination, count);
            case IQ4_NL -> BlockDequantization.nonLinear4(source, destination, count);
            case IQ4_XS -> SuperBlockDequantization.nonLinear4(source, destination, count);
            case MXFP4 -> BlockDequantization.float4(source, destination, count);
            case F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> throw notAWeight(type);
        }
    }

    private void toBfloat16(MemorySegment source, long count, MemorySegment destination) {
        switch (type) {
            case F32 -> FloatConversion.float32ToBfloat16(source, destination, count);
            case F16 -> FloatConversion.float16ToBfloat16(source, destination, count);
            case BF16 -> MemorySegment.copy(source, 0, destination, 0, count * Short.BYTES);
            case Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS, MXFP4 -> {
                toFloat32(source, count, between);
                FloatConversion.float32ToBfloat16(between, destination, count);
            }
            case F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> throw notAWeight(type);
        }
    }

    /// One element of a type that is not quantised.
    static float element(StoredType type, MemorySegment source, long index) {
        return switch (type) {
            case F32 -> source.getAtIndex(JAVA_FLOAT_UNALIGNED, index);
            case F16 -> Float.float16ToFloat(source.getAtIndex(JAVA_SHORT_UNALIGNED, index));
            case BF16 -> FloatConversion.bfloat16ToFloat32(source.getAtIndex(JAVA_SHORT_UNALIGNED, index));
            case Q8_0,
                    Q4_0,
                    Q4_1,
                    Q5_0,
                    Q5_1,
                    Q2_K,
                    Q3_K,
                    Q4_K,
                    Q5_K,
                    Q6_K,
                    IQ4_NL,
                    IQ4_XS,
                    MXFP4,
                    F64,
                    F8_E4M3,
                    F8_E5M2,
                    I64,
                    I32,
                    I16,
                    I8,
                    U64,
                    U32,
                    U16,
                    U8,
                    BOOL -> throw notAWeight(type);
        };
    }

    private static IllegalArgumentException notAWeight(StoredType type) {
        return new IllegalArgumentException(type + " is not a type of weights");
    }
}
