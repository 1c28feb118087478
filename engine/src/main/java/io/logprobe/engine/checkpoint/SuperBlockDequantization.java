package io.logprobe.engine.checkpoint;

import static io.logprobe.engine.checkpoint.BlockDequantization.NON_LINEAR;
import static io.logprobe.engine.checkpoint.BlockDequantization.bytes;
import static io.logprobe.engine.checkpoint.BlockDequantization.high;
import static io.logprobe.engine.checkpoint.BlockDequantization.low;
import static io.logprobe.engine.checkpoint.BlockDequantization.scale;
import static io.logprobe.engine.checkpoint.BlockDequantization.scaled;
import static io.logprobe.engine.checkpoint.BlockDequantization.shifted;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;

/// GGML's quantisation in blocks of 256 elements, whose sub-blocks have quantised scales of their own.
///
/// See `ggml/src/ggml-quants.c` of <https://github.com/ggml-org/ggml>.
final class SuperBlockDequantization {

    private static final int ELEMENTS = 256;
    private static final int LANES = BlockDequantization.BYTES.length();

    private SuperBlockDequantization() {}

    /// Q2_K: 16 bytes with a scale in the low half and a minimum in the high half, each for 16 elements, 64 bytes
    /// of four quants each, float16 `d` and `dmin`. Of every 32 bytes, the lowest two bits are 32 elements,
    /// the two bits above them the next 32; element = (d · scale) · q - (dmin · minimum).
    static void q2(MemorySegment source, MemorySegment target, long count) {
        int blockBytes = StoredType.Q2_K.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * blockBytes;
            float d = scale(source, at + 80);
            float dmin = scale(source, at + 82);
            for (int part = 0; part < 64; part += LANES) {
                ByteVector quants = bytes(source, at + 16 + part);
                int first = part / 32 * 8 + part % 32 / 16;
                for (int pair = 0; pair < 4; pair++) {
                    int sub = first + 2 * pair;
                    int scales = unsigned(source, at + sub);
                    float minimum = dmin * (scales >> 4);
                    shifted(two(quants, 2 * pair), d * (scales & 0x0F), -minimum, target, block * ELEMENTS + sub * 16L);
                }
            }
        }
    }

    /// Q3_K: 32 bytes of third bits, 64 bytes of low two bits as Q2_K has them, 12 bytes of sixteen 6-bit scales of
    /// 16 elements each, float16 `d`. Bit `i` of third bits belongs to the `i`-th 32 elements;
    /// element = (d · (scale - 32)) · (q - 4).
    static void q3(MemorySegment source, MemorySegment target, long count) {
        int blockBytes = StoredType.Q3_K.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * blockBytes;
            float d = scale(source, at + 108);
            for (int part = 0; part < 64; part += LANES) {
                ByteVector quants = bytes(source, at + 32 + part);
                ByteVector thirds = bytes(source, at + part % 32);
                int first = part / 32 * 8 + part % 32 / 16;
                for (int pair = 0; pair < 4; pair++) {
                    int sub = first + 2 * pair;
                    ByteVector third = bit(thirds, sub / 2).lanewise(VectorOperators.LSHL, 2);
                    ByteVector three = two(quants, 2 * pair).or(third).sub((byte) 4);
                    scaled(three, d * (scale6(source, at + 96, sub) - 32), target, block * ELEMENTS + sub * 16L);
                }
            }
        }
    }

    /// Four low bits of the scale in a half of byte `sub % 8`, its two high bits in byte `8 + sub % 4`.
    private static int scale6(MemorySegment source, long scales, int sub) {
        int low = (unsigned(source, scales + sub % 8) >> (sub / 8 * 4)) & 0x0F;
        int high = (unsigned(source, scales + 8 + sub % 4) >> (sub / 4 * 2)) & 3;
        return low | (high << 4);
    }

    /// Q4_K: float16 `d` and `dmin`, 12 bytes of eight 6-bit scales and minimums, 128 bytes of two quants each. Of
    /// every 32 bytes, the low halves are one sub-block of 32 elements and the high halves the next;
    /// element = (d · scale) · q - (dmin · minimum).
    static void q4(MemorySegment source, MemorySegment target, long count) {
        int blockBytes = StoredType.Q4_K.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * blockBytes;
            float d = scale(source, at);
            float dmin = scale(source, at + 2);
            for (int sub = 0; sub < 8; sub++) {
                float scale = d * paired6(source, at + 4, sub);
                float minimum = dmin * minimum6(source, at + 4, sub);
                for (int part = 0; part < 32; part += LANES) {
                    ByteVector quants = paired4(source, at + 16 + part, sub);
                    shifted(quants, scale, -minimum, target, block * ELEMENTS + sub * 32L + part);
                }
            }
        }
    }

    /// The quants of a sub-block of 32 elements, which shares its bytes with the one beside it.
    private static ByteVector paired4(MemorySegment source, long quants, int sub) {
        ByteVector pairs = bytes(source, quants + sub / 2 * 32L);
        return sub % 2 == 0 ? low(pairs) : high(pairs);
    }

    /// Six bits of the scale: in the low bits of byte `j`, for the last four split over two bytes.
    private static int paired6(MemorySegment source, long scales, int j) {
        return j < 4
                ? unsigned(source, scales + j) & 63
                : (unsigned(source, scales + j + 4) & 0x0F) | (unsigned(source, scales + j - 4) >> 6 << 4);
    }

    private static int minimum6(MemorySegment source, long scales, int j) {
        return j < 4
                ? unsigned(source, scales + j + 4) & 63
                : (unsigned(source, scales + j + 4) >> 4) | (unsigned(source, scales + j) >> 6 << 4);
    }

    /// Q5_K: float16 `d` and `dmin` and 12 bytes as Q4_K has them, 32 bytes of fifth bits, 128 bytes as Q4_K has
    /// them. Bit `i` of fifth bits belongs to the `i`-th sub-block of 32 elements;
    /// element = (d · scale) · q - (dmin · minimum).
    static void q5(MemorySegment source, MemorySegment target, long count) {
        int blockBytes = StoredType.Q5_K.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * blockBytes;
            float d = scale(source, at);
            float dmin = scale(source, at + 2);
            for (int sub = 0; sub < 8; sub++) {
                float scale = d * paired6(source, at + 4, sub);
                float minimum = dmin * minimum6(source, at + 4, sub);
                for (int part = 0; part < 32; part += LANES) {
                    ByteVector fifth = bit(bytes(source, at + 16 + part), sub).lanewise(VectorOperators.LSHL, 4);
                    ByteVector quants = paired4(source, at + 48 + part, sub).or(fifth);
                    shifted(quants, scale, -minimum, target, block * ELEMENTS + sub * 32L + part);
                }
            }
        }
    }

    /// IQ4_XS: float16 `d`, 2 bytes of eight times two high bits and 4 bytes of eight times four low bits of scales,
    /// 128 bytes of two places in IQ4_NL's table each. Of every 16 bytes, the low halves come first;
    /// element = (d · (scale - 32)) · table[q].
    static void nonLinear4(MemorySegment source, MemorySegment target, long count) {
        int blockBytes = StoredType.IQ4_XS.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * blockBytes;
            float d = scale(source, at);
            for (int sub = 0; sub < 8; sub++) {
                int low = (unsigned(source, at + 4 + sub / 2) >> (sub % 2 * 4)) & 0x0F;
                int high = (unsigned(source, at + 2 + sub / 4) >> (sub % 4 * 2)) & 3;
                float scale = d * ((low | (high << 4)) - 32);
                ByteVector pairs = bytes(source, at + 8 + sub * 16L);
                long element = block * ELEMENTS + sub * 32L;
                scaled(low(pairs).selectFrom(NON_LINEAR), scale, target, element);
                scaled(high(pairs).selectFrom(NON_LINEAR), scale, target, element + 16);
            }
        }
    }

    /// Q6_K: 128 bytes of low four bits, 64 bytes of high two bits, 16 signed scales of 16 elements each, float16 `d`;
    /// element = (d · scale) · (q - 32).
    static void q6(MemorySegment source, MemorySegment target, long count) {
        int blockBytes = StoredType.Q6_K.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * blockBytes;
            float d = scale(source, at + 208);
            for (int half = 0; half < 2; half++) {
                long lowBits = at + half * 64L;
                long highBits = at + 128 + half * 32L;
                long scales = at + 192 + half * 8L;
                for (int part = 0; part < 32; part += LANES) {
                    ByteVector first = bytes(source, lowBits + part);
                    ByteVector second = bytes(source, lowBits + 32 + part);
                    ByteVector top = bytes(source, highBits + part);
                    long element = block * ELEMENTS + half * 128L + part;
                    long scaleAt = scales + part / 16;
                    scaled(six(low(first), top, 0), d * source.get(JAVA_BYTE, scaleAt), target, element);
                    scaled(six(low(second), top, 2), d * source.get(JAVA_BYTE, scaleAt + 2), target, element + 32);
                    scaled(six(high(first), top, 4), d * source.get(JAVA_BYTE, scaleAt + 4), target, element + 64);
                    scaled(six(high(second), top, 6), d * source.get(JAVA_BYTE, scaleAt + 6), target, element + 96);
                }
            }
        }
    }

    private static ByteVector six(ByteVector fourBits, ByteVector top, int shift) {
        return fourBits.or(two(top, shift).lanewise(VectorOperators.LSHL, 4)).sub((byte) 32);
    }

    private static ByteVector two(ByteVector bits, int shift) {
        return bits.lanewise(VectorOperators.LSHR, shift).and((byte) 3);
    }

    private static ByteVector bit(ByteVector bits, int shift) {
        return bits.lanewise(VectorOperators.LSHR, shift).and((byte) 1);
    }

    private static int unsigned(MemorySegment source, long offset) {
        return source.get(JAVA_BYTE, offset) & 0xFF;
    }
}
