package io.logprobe.engine.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.memory.NativeBuffer;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowProductsTest {

    private static final int STRIDE = 150; // elements from one row to the next, in every matrix
    private static final long ROW = (long) STRIDE * Float.BYTES;

    @ParameterizedTest(name = "{0} columns, depth {1}")
    @CsvSource({"1, 1", "5, 7", "15, 64", "16, 3", "17, 64", "32, 64", "48, 2", "63, 33", "64, 130", "80, 64", "130, 80"
    })
    void aRowHasTheBitsOfFusedMultiplyAddsInOrderWhateverIsComputedBesideIt(int columns, int depth) {
        try (NativeBuffer a = random(1, 4);
                NativeBuffer b = random(2, depth);
                NativeBuffer together = random(3, 4);
                NativeBuffer alone = random(3, 4)) {
            float[][] expected = new float[4][STRIDE];
            for (int row = 0; row < 4; row++) {
                for (int j = 0; j < STRIDE; j++) {
                    float sum = element(alone, row, j);
                    for (int k = 0; k < depth && j < columns; k++) {
                        sum = Math.fma(element(a, row, k), element(b, k, j), sum);
                    }
                    expected[row][j] = sum;
                }
            }

            long[] left = rows(a);
            long[] four = rows(together);
            long panel = b.data().address();
            RowProducts.addFour(
                    left[0], left[1], left[2], left[3], panel, ROW, depth, four[0], four[1], four[2], four[3], columns);
            long[] one = rows(alone);
            for (int row = 0; row < 4; row++) {
                RowProducts.addOne(left[row], panel, ROW, depth, one[row], columns);
            }

            for (int row = 0; row < 4; row++) {
                for (int j = 0; j < STRIDE; j++) {
                    assertThat(element(together, row, j))
                            .as("four rows: row %d, column %d", row, j)
                            .isEqualTo(expected[row][j]);
                    assertThat(element(alone, row, j))
                            .as("one row: row %d, column %d", row, j)
                            .isEqualTo(expected[row][j]);
                }
            }
        }
    }

    private static NativeBuffer random(int seed, int rows) {
        Random random = new Random(seed);
        NativeBuffer buffer = NativeBuffer.allocate(rows * ROW);
        for (int i = 0; i < rows * STRIDE; i++) {
            buffer.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        return buffer;
    }

    private static long[] rows(NativeBuffer buffer) {
        long start = buffer.data().address();
        return new long[] {start, start + ROW, start + 2 * ROW, start + 3 * ROW};
    }

    private static float element(NativeBuffer buffer, int row, int column) {
        return buffer.data().getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * STRIDE + column);
    }
}
