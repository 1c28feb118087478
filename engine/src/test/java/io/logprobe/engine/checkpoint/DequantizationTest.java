package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compares the vector code with the formulas of the format, element by element.
class DequantizationTest {

    private static final int BLOCKS = 37;
    private static final int[] NON_LINEAR = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

    @ParameterizedTest
    @MethodSource("quantisedTypes")
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

    private static Stream<StoredType> quantisedTypes() {
        return Stream.of(StoredType.values()).filter(type -> type.blockElements() > 1);
    }

    /// Blocks and values of `gguf_blocks.py`.
    @ParameterizedTest
    @MethodSource("quantisedTypes")
    void equalsTheValuesOfAnIndependentDecoder(StoredType type) throws IOException {
        JsonNode golden = golden().path(type.name());
        byte[] blocks = HexFormat.of().parseHex(golden.path("blocks").asText());
        int count = blocks.length / type.blockBytes() * type.blockElements();

        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(count * 4L, 4);
            new ElementConversion(type, FloatFormat.FLOAT32, count, arena)
                    .convert(MemorySegment.ofArray(blocks), count, values);

            assertThat(golden.path("elements")).hasSize(count);
            for (int i = 0; i < count; i++) {
                assertThat(values.getAtIndex(ValueLayout.JAVA_FLOAT, i))
                        .as("element %d", i)
                        .isEqualTo(golden.path("elements").path(i).floatValue());
            }
        }
    }

    private static JsonNode golden() throws IOException {
        try (InputStream json = DequantizationTest.class.getResourceAsStream("/gguf-blocks.json")) {
            return new ObjectMapper().readTree(json);
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
                case Q4_1, Q5_1, Q4_K, Q5_K -> buffer.putShort(at, scale).putShort(at + 2, minimum);
                case Q2_K -> buffer.putShort(at + 80, scale).putShort(at + 82, minimum);
                case Q3_K -> buffer.putShort(at + 108, scale);
                case Q6_K -> buffer.putShort(at + 208, scale);
                case MXFP4 -> buffer.put(at, (byte) block);
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
            case Q5_0 -> half(blocks, at) * ((nibble(blocks, at + 6, i, 16) + 16 * bit(blocks, at + 2, i)) - 16);
            case Q5_1 ->
                half(blocks, at) * (nibble(blocks, at + 8, i, 16) + 16 * bit(blocks, at + 4, i)) + half(blocks, at + 2);
            case IQ4_NL -> half(blocks, at) * NON_LINEAR[nibble(blocks, at + 2, i, 16)];
            case MXFP4 -> (float) Math.pow(2, blocks[at] - 127) * float4(nibble(blocks, at + 1, i, 16));
            case Q2_K -> {
                int quant = twoBits(blocks, at + 16, i);
                float scale = half(blocks, at + 80) * (blocks[at + i / 16] & 15);
                float minimum = half(blocks, at + 82) * ((blocks[at + i / 16] >> 4) & 15);
                yield scale * quant - minimum;
            }
            case Q3_K -> {
                // Byte i % 32 has the third bits of elements i % 32, i % 32 + 32, …
                int quant = twoBits(blocks, at + 32, i) + 4 * bit(blocks, at + i % 32, i / 32) - 4;
                int sub = i / 16;
                int scale = nibble(blocks, at + 96, sub, 8)
                        + 16 * bit(blocks, at + 104 + sub % 4, 2 * (sub / 4))
                        + 32 * bit(blocks, at + 104 + sub % 4, 2 * (sub / 4) + 1);
                yield half(blocks, at + 108) * (scale - 32) * quant;
            }
            case Q5_K -> {
                int sub = i / 32;
                int quant = nibble(blocks, at + 48 + i / 64 * 32, i % 64, 32) + 16 * bit(blocks, at + 16 + i % 32, sub);
                float scale = half(blocks, at) * sixBits(blocks, at + 4, sub, false);
                float minimum = half(blocks, at + 2) * sixBits(blocks, at + 4, sub, true);
                yield scale * quant - minimum;
            }
            case IQ4_XS -> {
                int sub = i / 32;
                int scale = ((blocks[at + 4 + sub / 2] >> (sub % 2 * 4)) & 15)
                        + 16 * bit(blocks, at + 2, 2 * sub)
                        + 32 * bit(blocks, at + 2, 2 * sub + 1);
                yield half(blocks, at) * (scale - 32) * NON_LINEAR[nibble(blocks, at + 8 + sub * 16, i % 32, 16)];
            }
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

    /// Bit `index` of a row of bytes, the lowest bit of the first byte first.
    private static int bit(byte[] blocks, int start, int index) {
        return (blocks[start + index / 8] >> (index % 8)) & 1;
    }

    /// Of every 128 elements, byte `j` has `j`, `j + 32`, `j + 64` and `j + 96`.
    private static int twoBits(byte[] blocks, int start, int index) {
        return (blocks[start + index / 128 * 32 + index % 32] >> (index % 128 / 32 * 2)) & 3;
    }

    /// One bit of sign, two of exponent, one of mantissa; without an exponent the mantissa has no leading one.
    private static float float4(int bits) {
        int exponent = (bits >> 1) & 3;
        float mantissa = (bits & 1) / 2f;
        float size = exponent == 0 ? mantissa : (1 + mantissa) * (1 << (exponent - 1));
        return bits < 8 ? size : 0 - size;
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
