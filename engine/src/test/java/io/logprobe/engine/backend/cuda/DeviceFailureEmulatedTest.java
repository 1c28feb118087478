package io.logprobe.engine.backend.cuda;

import static io.logprobe.engine.backend.cuda.SimpleValues.SMALL;
import static io.logprobe.engine.backend.cuda.SimpleValues.first;
import static io.logprobe.engine.backend.cuda.SimpleValues.ones;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.cuda.EmulatedDevice.Failure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the backend says and does where a device fails, on the emulated driver.
class DeviceFailureEmulatedTest {

    @BeforeEach
    void installDevice() {
        EmulatedDevice.install();
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
    void aContextThatAKernelHasSpoiledIsLetGo() {
        long contexts = EmulatedDevice.contexts();
        CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL);
        EmulatedDevice.failure(Failure.CONTEXT);

        assertThatThrownBy(backend::close).hasMessageContaining("my-model: waiting for the device failed");

        assertThat(EmulatedDevice.contexts()).isEqualTo(contexts);
    }

    @ParameterizedTest
    @EnumSource(names = {"MACHINE_CODE", "KERNELS_OF_MACHINE_CODE"})
    void aDriverThatDoesNotKnowTheMachineCodeCompilesTheKernels(Failure failure) {
        EmulatedDevice.failure(failure);

        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL);
                Matrix x = ones(backend, 40)) {
            backend.scale(x, 2);
            assertThat(first(backend, x)).isEqualTo(2);
        }
    }

    @Test
    void aFailureThatShowsLaterNamesTheLastKernel() {
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL);
                Matrix x = ones(backend, 40)) {
            backend.scale(x, 2);
            EmulatedDevice.failure(Failure.CONTEXT);

            assertThatThrownBy(() -> backend.forEachBlock(0, (lane, first, count) -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("my-model: waiting for the device failed")
                    .hasMessageContaining("last started: kernel scale_matrix, grid 128 x 1, block 256")
                    .hasMessageContaining("columns=40");
            EmulatedDevice.failure(Failure.NONE);
        }
    }
}
