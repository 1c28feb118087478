package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.backend.cuda.MachineCode.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the compiled kernels take of a multiprocessor, and that docs/gpu-predictions.md tells it.
class KernelResourcesTest {

    private static final Path PREDICTIONS = Path.of("../docs/gpu-predictions.md");
    private static final MachineCode HOPPER = MachineCode.of("kernels-sm_90.cubin");
    private static final MachineCode AMPERE = MachineCode.of("kernels-sm_80.cubin");

    // A multiprocessor of compute capability 9.0
    private static final int REGISTERS = 65_536;
    private static final int REGISTERS_STEP = 8; // per thread
    private static final int SHARED_BYTES = 228 << 10;
    private static final int RESERVED_SHARED_BYTES = 1 << 10; // per block
    private static final int THREADS = 2048;
    private static final int BLOCKS = 32;

    /// As `Kernels` launches them; norms by their width, at most this.
    private static int threads(Kernel kernel) {
        return switch (kernel) {
            case TRIE_ATTENTION, TRIE_ATTENTION_WIDE, ROTATE_HEADS -> 128;
            case NORM_ROWS -> 512;
            case ROUTE_EXPERTS -> 32;
            case ACTIVATE_COLUMNS,
                    ADD_MATRIX,
                    CLAMP_MATRIX,
                    CLEAR_MATRIX,
                    EPILOGUE,
                    GATE_COLUMNS,
                    GATE_ROWS,
                    GATHER_ROWS,
                    GEMM_BFLOAT16,
                    GEMM_FLOAT32,
                    LOG_SOFTMAX_TILE,
                    OPERANDS_BFLOAT16,
                    OPERANDS_FLOAT32,
                    SCALE_MATRIX,
                    SCATTER_ADD_ROWS -> 256;
        };
    }

    private static int blocksAtOnce(Kernel kernel) {
        Resources resources = HOPPER.resources(kernel);
        int registers = Math.ceilDiv(resources.registers(), REGISTERS_STEP) * REGISTERS_STEP * threads(kernel);
        int shared = Math.max(resources.sharedBytes(), RESERVED_SHARED_BYTES);
        return Math.min(
                Math.min(BLOCKS, THREADS / threads(kernel)), Math.min(REGISTERS / registers, SHARED_BYTES / shared));
    }

    private static String line(Kernel kernel) {
        Resources resources = HOPPER.resources(kernel);
        return String.format(
                Locale.ROOT,
                "| `%s` | %d | %,d | %d | %d |",
                kernel.symbol(),
                resources.registers(),
                Math.max(0, resources.sharedBytes() - RESERVED_SHARED_BYTES),
                threads(kernel),
                blocksAtOnce(kernel));
    }

    @ParameterizedTest
    @EnumSource
    void noKernelSpillsRegisters(Kernel kernel) {
        assertThat(List.of(HOPPER.resources(kernel), AMPERE.resources(kernel)))
                .extracting(Resources::frameBytes)
                .containsOnly(0);
    }

    @Test
    void theTableOfPredictionsIsThatOfTheMachineCode() throws IOException {
        List<String> expected =
                Arrays.stream(Kernel.values()).map(KernelResourcesTest::line).toList();

        assertThat(Files.readAllLines(PREDICTIONS)).containsSubsequence(expected);
    }
}
