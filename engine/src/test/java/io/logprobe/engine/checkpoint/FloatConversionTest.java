package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatConversionTest {

    private static final int ALL = 1 << 16;

    @Test
    void convertsEveryFloat16AsTheJdkDoes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment halves = allPatterns(arena);
            MemorySegment floats = arena.allocate(ALL * 4, 4);
            FloatConversion.float16ToFloat32(halves, floats, ALL);
            MemorySegment bfloats = arena.allocate(ALL * 2, 4);
            FloatConversion.float16ToBfloat16(halves, bfloats, ALL);

            for (int i = 0; i < ALL; i++) {
                float expected = Float.float16ToFloat((short) i);
                assertSameFloat(floats.getAtIndex(ValueLayout.JAVA_FLOAT, i), expected);
                assertSameFloat(
                        FloatConversion.bfloat16ToFloat32(bfloats.getAtIndex(ValueLayout.JAVA_SHORT, i)),
                        FloatConversion.bfloat16ToFloat32(FloatConversion.float32ToBfloat16(expected)));
            }
        }
    }

    @Test
    void widensAndNarrowsEveryBfloat16WithoutLoss() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bfloats = allPatterns(arena);
            MemorySegment floats = arena.allocate(ALL * 4, 4);
            FloatConversion.bfloat16ToFloat32(bfloats, floats, ALL);
            MemorySegment back = arena.allocate(ALL * 2, 4);
            FloatConversion.float32ToBfloat16(floats, back, ALL);

            for (int i = 0; i < ALL; i++) {
                assertSameFloat(
                        FloatConversion.bfloat16ToFloat32(back.getAtIndex(ValueLayout.JAVA_SHORT, i)),
                        FloatConversion.bfloat16ToFloat32((short) i));
            }
        }
    }

    @Test
    void roundsVectorsAsScalarsAtAwkwardLengths() {
        Random random = new Random(1);
        for (int count = 0; count < 70; count++) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment floats = arena.allocate(count * 4L + 4, 4);
                MemorySegment narrow = arena.allocate(count * 2L + 4, 4);
                for (int i = 0; i < count; i++) {
                    floats.setAtIndex(ValueLayout.JAVA_INT, i, random.nextInt());
                }
                FloatConversion.float32ToBfloat16(floats, narrow, count);
                for (int i = 0; i < count; i++) {
                    assertThat(narrow.getAtIndex(ValueLayout.JAVA_SHORT, i))
                            .isEqualTo(FloatConversion.float32ToBfloat16(floats.getAtIndex(ValueLayout.JAVA_FLOAT, i)));
                }
                assertThat(narrow.getAtIndex(ValueLayout.JAVA_SHORT, count)).isZero();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3F800000, 3F80", // 1
        "3F808000, 3F80", // half way, to even below
        "3F818000, 3F82", // half way, to even above
        "3F808001, 3F81",
        "3F807FFF, 3F80",
        "7F7FFFFF, 7F80", // the largest float becomes infinite
        "FF800000, FF80",
        "7F800001, 7FC0", // NaN stays NaN
        "FFFFFFFF, FFFF",
        "80000000, 8000",
        "00000001, 0000",
        "00018000, 0002",
    })
    void roundsToNearestEven(String float32, String bfloat16) {
        float value = Float.intBitsToFloat(Integer.parseUnsignedInt(float32, 16));

        assertThat(FloatConversion.float32ToBfloat16(value)).isEqualTo((short) Integer.parseInt(bfloat16, 16));
    }

    private static MemorySegment allPatterns(Arena arena) {
        MemorySegment patterns = arena.allocate(ALL * 2, 4);
        for (int i = 0; i < ALL; i++) {
            patterns.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) i);
        }
        return patterns;
    }

    private static void assertSameFloat(float actual, float expected) {
        if (Float.floatToIntBits(actual) != Float.floatToIntBits(expected)) {
            assertThat(actual).isEqualTo(expected);
        }
    }
}
