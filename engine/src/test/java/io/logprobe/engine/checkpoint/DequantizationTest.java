package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Compares the vector code with the formulas of the format, element by element.
class DequantizationTest {

    private static final int BLOCKS = 37;

    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q4_0", "Q4_1", "Q4_K", "Q6_K"})
    void equalsTheFormulaBitForBit(StoredType type) {
        byte[] blocks = randomBlocks(type);
        int count = BLOCKS * type.blockElements();

        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(blocks.length);
            MemorySegment.copy(blocks, 0, source, ValueLayout.JAVA_BYTE, 0, blocks.length);
            MemorySegment wide = arena.allocate(count * 4L, 4);
            MemorySegment narrow = arena.allocate(count * 2L, 4);
            new ElementConversion(type, FloatFormat.FLOAT32, count, arena).convert(source, count, wide);
            new ElementConversion(type, FloatFormat.BFLOAT16, count, arena).convert(source, count, narrow);

            for (int i = 0; i < count; i++) {
                float expected = element(type, blocks, i);
                assertThat(wide.getAtIndex(ValueLayout.JAVA_INT, i))
                        .as("element %d", i)
                        .isEqualTo(Float.floatToRawIntBits(expected));
                assertThat(narrow.getAtIndex(ValueLayout.JAVA_SHORT, i))
                        .isEqualTo(FloatConversion.float32ToBfloat16(expected));
            }
        }
    }

    private static byte[] randomBlocks(StoredType type) {
        Random random = new Random(42);
        byte[] blocks = new byte[BLOCKS * type.blockBytes()];
        random.nextBytes(blocks);
        ByteBuffer buffer = ByteBuffer.wrap(blocks).order(ByteOrder.LITTLE_ENDIAN);
        for (int block = 0; block < BLOCKS; block++) {
            int at = block * type.blockBytes();
            short scale = Float.floatToFloat16((float) random.nextGaussian());
            short minimum = Float.floatToFloat16((float) random.nextGaussian());
            switch (type) {
                case Q4_1, Q4_K -> buffer.putShort(at, scale).putShort(at + 2, minimum);
                case Q6_K -> buffer.putShort(at + 208, scale);
                default -> buffer.putShort(at, scale);
            }
        }
        return blocks;
    }

    private static float element(StoredType type, byte[] blocks, int index) {
        int at = index / type.blockElements() * type.blockBytes();
        int i = index % type.blockElements();
        return switch (type) {
            case Q8_0 -> half(blocks, at) * blocks[at + 2 + i];
            case Q4_0 -> half(blocks, at) * (nibble(blocks, at + 2, i, 16) - 8);
            case Q4_1 -> half(blocks, at) * nibble(blocks, at + 4, i, 16) + half(blocks, at + 2);
            case Q4_K -> {
                int sub = i / 32;
                int quant = nibble(blocks, at + 16 + i / 64 * 32, i % 64, 32);
                float scale = half(blocks, at) * sixBits(blocks, at + 4, sub, false);
                float minimum = half(blocks, at + 2) * sixBits(blocks, at + 4, sub, true);
                yield scale * quant - minimum;
            }
            case Q6_K -> {
                int half = i / 128;
                int quarter = i % 128 / 32;
                int lane = i % 32;
                int low = (blocks[at + half * 64 + quarter % 2 * 32 + lane] >> (quarter / 2 * 4)) & 15;
                int high = (blocks[at + 128 + half * 32 + lane] >> (2 * quarter)) & 3;
                float scale = half(blocks, at + 208) * blocks[at + 192 + i / 16];
                yield scale * ((low | (high << 4)) - 32);
            }
            default -> throw new IllegalArgumentException(type.name());
        };
    }

    private static int nibble(byte[] blocks, int start, int index, int half) {
        int pair = blocks[start + index % half];
        return (index < half ? pair : pair >> 4) & 15;
    }

    /// The layout of the 12 bytes, bit by bit: scales and minimums 0 to 3 are the low six bits of bytes 0 to 7; the
    /// others have their low four bits in bytes 8 to 11 and their high two bits on top of the former.
    private static int sixBits(byte[] blocks, int start, int sub, boolean minimum) {
        int offset = minimum ? 4 : 0;
        if (sub < 4) {
            return blocks[start + offset + sub] & 63;
        }
        int low = (blocks[start + 8 + sub - 4] >> (minimum ? 4 : 0)) & 15;
        int high = (blocks[start + offset + sub - 4] >> 6) & 3;
        return low | (high << 4);
    }

    private static float half(byte[] blocks, int at) {
        return Float.float16ToFloat((short) ((blocks[at] & 0xFF) | (blocks[at + 1] << 8)));
    }
}
