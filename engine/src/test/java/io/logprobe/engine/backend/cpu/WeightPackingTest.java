package io.logprobe.engine.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.memory.NativeBuffer;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Our packing against oneDNN's own reorder, byte for byte, at sizes that fill whole blocks and at some that do not.
class WeightPackingTest {

    private static final int BLOCK_ROWS = 128;

    private final OneDnn oneDnn = OneDnn.instance();

    static Stream<Arguments> typesAndSizes() {
        int[][] sizes = {
            {64, 64}, {16, 64}, {1, 1}, {1, 5}, {2, 3}, {1, 70}, {64, 1}, {13, 7}, {33, 65}, {100, 50}, {768, 130}
        };
        return Stream.of(ComputeType.values()).flatMap(stored -> Stream.of(ComputeType.values())
                .flatMap(packed -> Arrays.stream(sizes).map(size -> Arguments.of(stored, packed, size[0], size[1]))));
    }

    @ParameterizedTest
    @MethodSource("typesAndSizes")
    void packsAsOneDnnDoes(ComputeType stored, ComputeType packed, int inputs, int outputs) {
        PackedLayout layout = PackedLayout.choose(oneDnn, number(packed), inputs, outputs, BLOCK_ROWS);
        try (LinearLayers layers = new LinearLayers(packed, BLOCK_ROWS);
                NativeBuffer data = random(stored, inputs * outputs);
                NativeBuffer ours = NativeBuffer.allocate(layout.bytes());
                NativeBuffer theirs = NativeBuffer.allocate(layout.bytes())) {
            Weight weight = new Weight(data.data(), stored, outputs, inputs);

            layout.packing().pack(weight, ours.data(), packed);

            layers.reorder(weight, layout, theirs.data());
            assertThat(ours.data().mismatch(theirs.data())).isEqualTo(-1);
        } finally {
            oneDnn.descriptors().destroy(layout.descriptor());
        }
    }

    @ParameterizedTest
    @CsvSource({"768, 600", "3072, 130", "5, 1", "100000, 33"})
    void packsPieceByPieceAsTheWhole(int inputs, int outputs) {
        for (ComputeType type : ComputeType.values()) {
            try (LinearLayers layers = new LinearLayers(type, BLOCK_ROWS);
                    NativeBuffer data = random(type, inputs * outputs);
                    PackedLinear whole = layers.pack(new Weight(data.data(), type, outputs, inputs), null);
                    PackedLinear pieces = layers.pack(
                            outputs,
                            inputs,
                            (first, count, target) -> target.copyFrom(
                                    data.data().asSlice((long) first * inputs * type.bytes(), target.byteSize())),
                            type,
                            null)) {

                assertThat(pieces.weights().mismatch(whole.weights())).isEqualTo(-1);
            }
        }
    }

    /// No denormal numbers: the processor's own conversion to bfloat16 takes them for zeros.
    private static NativeBuffer random(ComputeType type, int count) {
        NativeBuffer buffer = NativeBuffer.allocate((long) count * type.bytes());
        Random random = new Random(3);
        for (int i = 0; i < count; i++) {
            int bits = Float.floatToRawIntBits((float) random.nextGaussian());
            switch (type) {
                case FLOAT32 -> buffer.data().setAtIndex(ValueLayout.JAVA_INT, i, bits);
                case BFLOAT16 -> buffer.data().setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >>> 16));
            }
        }
        return buffer;
    }

    private static int number(ComputeType type) {
        return switch (type) {
            case FLOAT32 -> OneDnn.FLOAT32;
            case BFLOAT16 -> OneDnn.BFLOAT16;
        };
    }
}
