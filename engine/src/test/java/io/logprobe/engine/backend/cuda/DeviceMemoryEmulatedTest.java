package io.logprobe.engine.backend.cuda;

import static io.logprobe.engine.backend.cuda.SimpleValues.INPUTS;
import static io.logprobe.engine.backend.cuda.SimpleValues.OUTPUTS;
import static io.logprobe.engine.backend.cuda.SimpleValues.SMALL;
import static io.logprobe.engine.backend.cuda.SimpleValues.first;
import static io.logprobe.engine.backend.cuda.SimpleValues.layer;
import static io.logprobe.engine.backend.cuda.SimpleValues.ones;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.WeightRows;
import io.logprobe.engine.failure.InsufficientMemory;
import io.logprobe.engine.failure.WeightsUnreadable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the backend takes of a device's memory and gives back, on the emulated driver.
class DeviceMemoryEmulatedTest {

    @BeforeEach
    void installDevice() {
        EmulatedDevice.install();
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
    void aWeightThatCannotBeReadLeavesNoMemoryBehind() {
        try (CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL)) {
            long before = backend.opened().memory().used();
            WeightRows broken = (first, count, destination) -> {
                if (first > 0) {
                    throw new WeightsUnreadable("the disk is gone");
                }
            };

            assertThatThrownBy(() -> backend.linear(OUTPUTS, INPUTS, broken, null))
                    .isInstanceOf(WeightsUnreadable.class);

            assertThat(backend.opened().memory().used()).isEqualTo(before);
        }
    }

    @Test
    void aReadThatEndsAfterTheBackendWasClosedTouchesNothing() {
        CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL);
        long before = EmulatedDevice.used();
        WeightRows late = (first, count, destination) -> {
            CompletableFuture.runAsync(backend::close).join();
            destination.fill((byte) 1);
        };

        assertThatThrownBy(() -> backend.linear(OUTPUTS, INPUTS, late, null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the device has been closed");

        assertThat(EmulatedDevice.used()).isLessThan(before);
    }

    @Test
    void whatIsStillReadWhenTheBackendIsClosedKeepsItsMemoryAndTheContextThatHoldsIt() {
        CudaBackend backend = CudaBackend.open(ComputeType.FLOAT32, SMALL);
        long others = EmulatedDevice.contexts() - 1;
        WeightRows late = (first, count, destination) ->
                CompletableFuture.runAsync(backend::close).join();

        assertThatThrownBy(() -> backend.linear(OUTPUTS, INPUTS, late, null)).isInstanceOf(IllegalStateException.class);

        assertThat(EmulatedDevice.contexts()).isEqualTo(others + 1);
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
}
