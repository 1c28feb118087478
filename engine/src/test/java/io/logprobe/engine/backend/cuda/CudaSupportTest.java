package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.backend.cuda.CudaSupport.Unusable;
import io.logprobe.engine.backend.cuda.CudaSupport.Usable;
import io.logprobe.engine.backend.cuda.DriverAnswer.Device;
import io.logprobe.engine.backend.cuda.DriverAnswer.Failed;
import io.logprobe.engine.backend.cuda.DriverAnswer.Found;
import io.logprobe.engine.backend.cuda.DriverAnswer.NoDriver;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which GPU is taken, and what is said where none can be.
class CudaSupportTest {

    private static final long GIB = 1L << 30;

    private static Device device(int ordinal, int computeMajor, long freeBytes) {
        return new Device(ordinal, "Card " + ordinal, computeMajor, 0, freeBytes, 80 * GIB);
    }

    private static String reason(DriverAnswer answer) {
        return ((Unusable) CudaSupport.decide(answer)).reason();
    }

    @Test
    void takesTheUsableDevicesInTheOrderOfTheirFreeMemory() {
        List<Device> devices =
                List.of(device(0, 9, 10 * GIB), device(1, 9, 70 * GIB), device(2, 7, 75 * GIB), device(3, 8, 70 * GIB));

        CudaSupport support = CudaSupport.decide(new Found(12_040, devices));

        assertThat(support).isEqualTo(new Usable(List.of(devices.get(1), devices.get(3), devices.get(0)), 12_040));
    }

    @Test
    void saysThatThereIsNoDriver() {
        assertThat(reason(new NoDriver())).isEqualTo("there is no NVIDIA driver (libcuda.so.1)");
    }

    @Test
    void saysWhyTheDriverDoesNotStart() {
        assertThat(reason(new Failed("the NVIDIA driver does not start: CUDA_ERROR_SYSTEM_DRIVER_MISMATCH")))
                .contains("CUDA_ERROR_SYSTEM_DRIVER_MISMATCH");
    }

    @Test
    void saysThatTheDriverIsTooOld() {
        assertThat(reason(new Found(11_080, List.of(device(0, 9, 70 * GIB)))))
                .isEqualTo("the NVIDIA driver is too old: it supports CUDA 11.8, 12.0 is needed");
    }

    @Test
    void saysThatThereIsNoDevice() {
        assertThat(reason(new Found(13_000, List.of()))).isEqualTo("the NVIDIA driver finds no GPU");
    }

    @Test
    void saysOfEveryDeviceWhyItCannotBeUsed() {
        List<Device> devices = List.of(device(0, 7, 70 * GIB), device(1, 9, GIB / 2));

        assertThat(reason(new Found(13_000, devices)))
                .isEqualTo("GPU 0, Card 0, has compute capability 7.0, 8.0 is needed; "
                        + "GPU 1, Card 1, has 512 MiB of its 81920 MiB free, others have taken the rest; "
                        + "1024 MiB are needed");
    }
}
