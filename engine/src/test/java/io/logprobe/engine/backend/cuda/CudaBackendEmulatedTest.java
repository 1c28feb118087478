package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.backend.Attention;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Rows;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.backend.WeightRows;
import io.logprobe.engine.backend.cuda.EmulatedDevice.Failure;
import io.logprobe.engine.failure.BackendUnavailable;
import io.logprobe.engine.failure.InsufficientMemory;
import io.logprobe.engine.failure.WeightsUnreadable;
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.Sequence;
import io.logprobe.engine.plan.TokenTrie;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Memory, streams and failures of the backend, on the emulated driver.
class CudaBackendEmulatedTest {

    private static final CudaOptions SMALL = CudaOptions.DEFAULT
            .withOwner("my-model")
            .withBlockRows(128)
            .withStagingBytes(16 << 10)
            .withoutCublas();
    private static final int INPUTS = 48;
    private static final int OUTPUTS = 200;

    @BeforeEach
    void installDevice() {
        EmulatedDevice.install();
    }

    private static Linear layer(CudaBackend backend, float value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(4L * INPUTS * OUTPUTS, 64);
            for (int i = 0; i < INPUTS * OUTPUTS; i++) {
                values.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
            }
            Linear layer = backend.linear(new Weight(values, ComputeType.FLOAT32, OUTPUTS, INPUTS), null);
            values.fill((byte) 0x55); // the contract: may be overwritten afterwards
            return layer;
        }
    }

    private static Matrix ones(CudaBackend backend, int columns) {
        Matrix matrix = backend.matrix(128, columns);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(4L * 128 * columns, 64);
            for (int i = 0; i < 128 * columns; i++) {
                values.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
            }
            backend.write(values, matrix);
        }
        return matrix;
    }

    private static float first(CudaBackend backend, Matrix matrix) {
        return values(backend, matrix)[0];
    }

    private static float[] values(CudaBackend backend, Matrix matrix) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(4L * matrix.rows() * matrix.columns(), 64);
            backend.read(matrix, values);
            return values.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private static Matrix matrix(CudaBackend backend, int columns, float... values) {
        Matrix matrix = backend.matrix(values.length / columns, columns);
        try (Arena arena = Arena.ofConfined()) {
            backend.write(arena.allocateFrom(ValueLayout.JAVA_FLOAT, values), matrix);
        }
        return matrix;
    }

    /// What one head of one dimension makes of three rows of a sequence, where every key weighs the same.
    private static float[] attended(float... values) {
        TokenTrie trie = ScoringPlan.of(List.of(new Sequence(new int[] {5, 6, 7}, new int[] {8}, 0)))
                .trie();
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL);
                Matrix zeros = backend.matrix(3, 1);
                Matrix v = matrix(backend, 1, values);
                Matrix y = backend.matrix(3, 1);
                Rows rows = backend.rows(trie)) {
            backend.attention(new Attention(1, 1, 1, 1, 0, Integer.MAX_VALUE, null), zeros, zeros, v, rows, 0, y);
            return values(backend, y);
        }
    }

    @Test
    void weightsThatReplaceOthersWhileTheDeviceComputesAreNeverSeenTooEarlyOrTooLate() {
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL);
                Matrix x = ones(backend, INPUTS);
                Matrix y = backend.matrix(128, OUTPUTS)) {
            Linear current = layer(backend, 1);
            for (int i = 2; i < 12; i++) {
                int next = i;
                CompletableFuture<Linear> prefetched = CompletableFuture.supplyAsync(() -> layer(backend, next));
                backend.linear(x, current, Epilogue.ADD, y);
                current.close(); // the product has not run yet
                current = prefetched.join();
            }
            backend.linear(x, current, Epilogue.ADD, y);
            current.close();

            assertThat(first(backend, y)).isEqualTo(INPUTS * (1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11));
        }
    }

    private static WeightRows counting(List<Integer> read) {
        return (first, count, destination) -> {
            for (int row = first; row < first + count; row++) {
                read.add(row);
                for (int input = 0; input < INPUTS; input++) {
                    destination.setAtIndex(ValueLayout.JAVA_FLOAT, (long) (row - first) * INPUTS + input, row);
                }
            }
        };
    }

    @Test
    void aWeightIsReadPieceByPieceAndEveryRowOnce() {
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL);
                Matrix x = ones(backend, INPUTS);
                Matrix y = backend.matrix(128, OUTPUTS)) {
            List<Integer> read = new ArrayList<>();

            try (Linear layer = backend.linear(OUTPUTS, INPUTS, counting(read), null)) {
                backend.linear(x, layer, Epilogue.STORE, y);
            }

            assertThat(read)
                    .containsExactlyElementsOf(
                            IntStream.range(0, OUTPUTS).boxed().toList());
            float[] values = values(backend, y);
            for (int output = 0; output < OUTPUTS; output++) {
                assertThat(values[output]).isEqualTo(INPUTS * output);
            }
        }
    }

    /// What a layer makes of what one head of attention leaves in a matrix of operands, or in any other.
    private static float[] projected(boolean operands) {
        int headDim = INPUTS;
        TokenTrie trie = ScoringPlan.of(
                        List.of(new Sequence(IntStream.range(0, 37).toArray(), new int[] {8}, 0)))
                .trie();
        float[] numbers = new float[37 * headDim];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) Math.sin(i);
        }
        try (CudaBackend backend = CudaBackend.open(ComputeType.BFLOAT16, SMALL);
                Matrix x = matrix(backend, headDim, numbers);
                Matrix attended = operands ? backend.operands(37, headDim) : backend.matrix(37, headDim);
                Matrix y = backend.matrix(37, OUTPUTS);
                Linear layer = layer(backend, 0.01f);
                Rows rows = backend.rows(trie)) {
            backend.attention(new Attention(1, 1, headDim, 1, 0, Integer.MAX_VALUE, null), x, x, x, rows, 0, attended);
            backend.linear(attended, layer, Epilogue.STORE, y);
            return values(backend, y);
        }
    }

    @Test
    void operandsThatAttentionWritesAreThoseThatAProductWouldMake() {
        assertThat(projected(true)).isEqualTo(projected(false));
    }

    @Test
    void operandsAreReadByProductsAlone() {
        try (CudaBackend backend = CudaBackend.open(ComputeType.BFLOAT16, SMALL);
                Matrix operands = backend.operands(128, 64)) {
            assertThatThrownBy(() -> backend.scale(operands, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("scale_matrix: x holds operands of products");
        }
    }

    @Test
    void whileAWeightIsReadOtherMemoryReachesTheDevice() {
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL)) {
            WeightRows waiting = (first, count, destination) -> CompletableFuture.runAsync(
                            () -> ones(backend, 7).close())
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();

            try (Linear layer = backend.linear(OUTPUTS, INPUTS, waiting, null)) {
                assertThat(layer.outputs()).isEqualTo(OUTPUTS);
            }
        }
    }

    @Test
    void aWeightThatCannotBeReadLeavesNoMemoryBehind() {
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL)) {
            long before = backend.memory().used();
            WeightRows broken = (first, count, destination) -> {
                if (first > 0) {
                    throw new WeightsUnreadable("the disk is gone");
                }
            };

            assertThatThrownBy(() -> backend.linear(OUTPUTS, INPUTS, broken, null))
                    .isInstanceOf(WeightsUnreadable.class);

            assertThat(backend.memory().used()).isEqualTo(before);
        }
    }

    @Test
    void aReadThatEndsAfterTheBackendWasClosedTouchesNothing() {
        CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL);
        long before = EmulatedDevice.used();
        WeightRows late = (first, count, destination) ->
                CompletableFuture.runAsync(backend::close).join();

        assertThatThrownBy(() -> backend.linear(OUTPUTS, INPUTS, late, null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the device has been closed");

        assertThat(EmulatedDevice.used()).isLessThan(before);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN})
    void aValueThatIsNotFiniteReachesTheRowsThatSeeItAndNoOther(float spoiled) {
        float[] attended = attended(4, spoiled, 7);

        assertThat(attended).containsExactly(4, spoiled, spoiled);
    }

    @Test
    void givesAllMemoryBack() {
        long before = EmulatedDevice.used();

        try (CudaBackend backend = CudaBackend.open(ComputeType.BFLOAT16, SMALL)) {
            layer(backend, 1).close();
            ones(backend, 7).close();
            assertThat(EmulatedDevice.used()).isGreaterThan(before);
        }

        assertThat(EmulatedDevice.used()).isEqualTo(before);
    }

    @Test
    void layersOfOneSizeShareTheirMemoryOverTime() {
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL)) {
            layer(backend, 1).close();
            long one = EmulatedDevice.used();
            for (int i = 0; i < 20; i++) {
                layer(backend, 1).close();
            }

            assertThat(EmulatedDevice.used()).isEqualTo(one);
        }
    }

    @Test
    void whatExceedsTheBudgetIsRefusedWithTheSizes() {
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL.withMemoryBytes(8 << 20))) {
            assertThatThrownBy(() -> backend.matrix(1 << 20, 100))
                    .isInstanceOf(InsufficientMemory.class)
                    .hasMessageContaining("a matrix of 1048576 x 100 takes 400 MiB")
                    .hasMessageContaining("of the budget of 8 MiB");
        }
    }

    @Test
    void whatTheDeviceLacksIsRefusedAlthoughTheBudgetHasIt() {
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL)) {
            EmulatedDevice.memory(4L << 30, 3900L << 20);

            assertThatThrownBy(() -> backend.matrix(1 << 20, 100)).isInstanceOf(InsufficientMemory.class);
        }
    }

    @Test
    void whatWasFreedMakesRoomForOtherSizes() {
        CudaOptions tight = SMALL.withMemoryBytes(64 << 20);
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, tight)) {
            backend.matrix(100_000, 100).close();

            backend.matrix(50_000, 220).close();

            assertThat(EmulatedDevice.used()).isLessThan(64 << 20);
        }
    }

    @Test
    void aFailedLaunchNamesModelKernelGridAndSizes() {
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL);
                Matrix x = ones(backend, 40)) {
            EmulatedDevice.failure(Failure.LAUNCHES);

            assertThatThrownBy(() -> backend.scale(x, 2))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("my-model: starting kernel scale_matrix, grid 128 x 1, block 256")
                    .hasMessageContaining("columns=40")
                    .hasMessageContaining("CUDA_ERROR_LAUNCH_FAILED");
            EmulatedDevice.failure(Failure.NONE);
        }
    }

    @Test
    void aBackendThatCannotBeOpenedLeavesTheDeviceAsItWas() {
        long used = EmulatedDevice.used();
        long contexts = EmulatedDevice.contexts();

        assertThatThrownBy(() -> CudaBackend.open(ComputeType.FLOAT32, SMALL.withMemoryBytes(100 << 10)))
                .isInstanceOf(InsufficientMemory.class)
                .hasMessageContaining("the transfer ring takes 2 MiB");

        assertThat(EmulatedDevice.used()).isEqualTo(used);
        assertThat(EmulatedDevice.contexts()).isEqualTo(contexts);
    }

    @Test
    void aContextThatAKernelHasSpoiledIsLetGo() {
        long contexts = EmulatedDevice.contexts();
        CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL);
        EmulatedDevice.failure(Failure.CONTEXT);

        assertThatThrownBy(backend::close).hasMessageContaining("my-model: waiting for the device failed");

        assertThat(EmulatedDevice.contexts()).isEqualTo(contexts);
    }

    @Test
    void anOldCardIsRefused() {
        EmulatedDevice.device(1, 7, 13_000);

        assertThatThrownBy(() -> CudaBackend.open(ComputeType.FLOAT32, SMALL))
                .isInstanceOf(BackendUnavailable.class)
                .hasMessage("backend cuda: GPU 0, Emulated device, has compute capability 7.0, 8.0 is needed");
    }

    @Test
    void anOldDriverIsRefused() {
        EmulatedDevice.device(1, 8, 11_060);

        assertThatThrownBy(() -> CudaBackend.open(ComputeType.FLOAT32, SMALL))
                .isInstanceOf(BackendUnavailable.class)
                .hasMessageContaining("it supports CUDA 11.6, 12.0 is needed");
    }

    @Test
    void aMachineWithoutCardsIsRefused() {
        EmulatedDevice.device(0, 8, 13_000);

        assertThatThrownBy(() -> CudaBackend.open(ComputeType.FLOAT32, SMALL))
                .isInstanceOf(BackendUnavailable.class)
                .hasMessage("backend cuda: the NVIDIA driver finds no GPU");
    }

    @Test
    void aCardWhoseMemoryIsTakenIsRefused() {
        EmulatedDevice.memory(4L << 30, 3500L << 20);

        assertThatThrownBy(() -> CudaBackend.open(ComputeType.FLOAT32, SMALL))
                .isInstanceOf(BackendUnavailable.class)
                .hasMessageContaining("others have taken the rest");
    }

    @Test
    void saysWhatItRunsOn() {
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL)) {
            assertThat(backend.detail()).isEqualTo("Emulated device, CUDA 13.0, own matrix kernels");
        }
    }
}
