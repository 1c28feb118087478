package io.logprobe.engine.checkpoint;

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

    /// Q4_K: float16 `d` and `dmin`, 12 bytes of eight 6-bit scales and minimums, 128 bytes of two quants each. Of
    /// every 32 bytes, the low halves are one sub-block of 32 elements and the high halves the next;
    /// element = (d · scale) · q - (dmin · minimum).
    static void q4(MemorySegment source, MemorySegment target, long count) {
        int blockBytes = StoredType.Q4_K.blockBytes();
        for (long block = 0; block < count / ELEMENTS; block++) {
            long at = block * blockBytes;
            float d = scale(source, at);
            float dmin = scale(source, at + 2);
            for (int pair = 0; pair < 4; pair++) {
                float lowScale = d * scale6(source, at + 4, 2 * pair);
                float lowMinimum = dmin * minimum6(source, at + 4, 2 * pair);
                float highScale = d * scale6(source, at + 4, 2 * pair + 1);
                float highMinimum = dmin * minimum6(source, at + 4, 2 * pair + 1);
                for (int part = 0; part < 32; part += LANES) {
                    ByteVector quants = bytes(source, at + 16 + pair * 32L + part);
                    long element = block * ELEMENTS + pair * 64L + part;
                    shifted(low(quants), lowScale, -lowMinimum, target, element);
                    shifted(high(quants), highScale, -highMinimum, target, element + 32);
                }
            }
        }
    }

    /// Six bits of the scale: in the low bits of byte `j`, for the last four split over two bytes.
    private static int scale6(MemorySegment source, long scales, int j) {
        return j < 4
                ? unsigned(source, scales + j) & 63
                : (unsigned(source, scales + j + 4) & 0x0F) | (unsigned(source, scales + j - 4) >> 6 << 4);
    }

    private static int minimum6(MemorySegment source, long scales, int j) {
        return j < 4
                ? unsigned(source, scales + j + 4) & 63
                : (unsigned(source, scales + j + 4) >> 4) | (unsigned(source, scales + j) >> 6 << 4);
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
        ByteVector twoBits = top.lanewise(VectorOperators.LSHR, shift).and((byte) 3);
        return fourBits.or(twoBits.lanewise(VectorOperators.LSHL, 4)).sub((byte) 32);
    }

    private static int unsigned(MemorySegment source, long offset) {
        return source.get(JAVA_BYTE, offset) & 0xFF;
    }
}
