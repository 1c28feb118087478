package io.logprobe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.cuda.CudaBackend;
import io.logprobe.engine.backend.cuda.CudaOptions;
import io.logprobe.engine.backend.cuda.EmulatedDevice;
import io.logprobe.engine.checkpoint.Checkpoint;
import io.logprobe.engine.failure.BackendUnavailable;
import io.logprobe.engine.model.architecture.Architecture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is known of a model on a device before anything of it is loaded.
class DevicePlanEmulatedTest {

    private static final Path ANY = Path.of("../../shared/golden/gpt2");
    private static final int INNER = 64 << 10;
    private static final CudaOptions SMALL =
            CudaOptions.DEFAULT.withBlockRows(128).withStagingBytes(16 << 10).withoutCublas();

    @BeforeEach
    void installDevice() {
        EmulatedDevice.install();
    }

    private static Architecture architecture(int headDim) {
        return TinyArchitecture.of(TinyArchitecture.plain(INNER, UnaryOperator.identity()), headDim);
    }

    @Test
    void headsThatNoKernelTakesAreRefusedBeforeWeightsAreLookedAt() {
        assumeTrue(Files.isDirectory(ANY), () -> ANY + " is not there");
        try (Checkpoint another = Checkpoint.open(ANY);
                Backend backend = CudaBackend.open(ComputeType.BFLOAT16, SMALL)) {
            assertThatThrownBy(() -> CausalModel.open(architecture(257), another, backend, Duration.ofMinutes(1)))
                    .isInstanceOf(BackendUnavailable.class)
                    .hasMessage("backend cuda: the model's heads have 257 dimensions, more than 256; "
                            + "--backend cpu computes them");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatProductsReadIsCountedInTheTypeThatItHas(ComputeType dtype) {
        try (Backend backend = CudaBackend.open(dtype, SMALL)) {
            long before = EmulatedDevice.used();

            try (Scratch scratch = Scratch.of(architecture(8), backend)) {
                assertThat(scratch.owned()).isNotEmpty();
                assertThat(EmulatedDevice.used() - before)
                        .isLessThanOrEqualTo(Scratch.bytes(architecture(8), backend))
                        .isGreaterThan(Scratch.bytes(architecture(8), backend) / 10 * 9);
            }
        }
    }
}
