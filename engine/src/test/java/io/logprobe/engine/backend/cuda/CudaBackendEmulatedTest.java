package io.logprobe.engine.backend.cuda;

import static io.logprobe.engine.backend.cuda.SimpleValues.INPUTS;
import static io.logprobe.engine.backend.cuda.SimpleValues.OUTPUTS;
import static io.logprobe.engine.backend.cuda.SimpleValues.SMALL;
import static io.logprobe.engine.backend.cuda.SimpleValues.first;
import static io.logprobe.engine.backend.cuda.SimpleValues.layer;
import static io.logprobe.engine.backend.cuda.SimpleValues.matrix;
import static io.logprobe.engine.backend.cuda.SimpleValues.numbers;
import static io.logprobe.engine.backend.cuda.SimpleValues.ones;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.backend.Attention;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Rows;
import io.logprobe.engine.backend.WeightRows;
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.Sequence;
import io.logprobe.engine.plan.TokenTrie;
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

/// What the backend computes and in which order, on the emulated driver.
class CudaBackendEmulatedTest {

    @BeforeEach
    void installDevice() {
        EmulatedDevice.install();
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
            return numbers(backend, y);
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
            float[] values = numbers(backend, y);
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
            return numbers(backend, y);
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

    @ParameterizedTest
    @ValueSource(floats = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN})
    void aValueThatIsNotFiniteReachesTheRowsThatSeeItAndNoOther(float spoiled) {
        float[] attended = attended(4, spoiled, 7);

        assertThat(attended).containsExactly(4, spoiled, spoiled);
    }

    @Test
    void saysWhatItRunsOn() {
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL)) {
            assertThat(backend.detail()).isEqualTo("Emulated device, CUDA 13.0, own matrix kernels");
        }
    }
}
