package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.backend.cuda.DriverAnswer.Device;
import io.logprobe.engine.backend.cuda.DriverAnswer.Found;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How free memory is asked for where the host has NVIDIA's management library.
class NvmlEmulatedTest {

    private static final long TOTAL = 4L << 30;
    private static final long TAKEN = 1L << 30;

    @BeforeEach
    void installLibraries() {
        EmulatedDevice.install();
        EmulatedDevice.installNvml();
        EmulatedDevice.device(3, 9, 13_000);
        EmulatedDevice.memory(TOTAL, TAKEN);
    }

    @AfterEach
    void tellTheTruth() {
        EmulatedDevice.nvmlTotal(0);
    }

    @Test
    void freeMemoryIsKnownWithoutAContext() {
        long contexts = EmulatedDevice.contextsMade();

        Found found = (Found) DriverProbe.ask();

        assertThat(found.devices()).hasSize(3).extracting(Device::freeBytes).containsOnly(TOTAL - TAKEN);
        assertThat(EmulatedDevice.contextsMade()).isEqualTo(contexts);
    }

    @Test
    void ofPartsOfAGpuTheDriverIsAsked() {
        EmulatedDevice.nvmlTotal(7 * TOTAL);
        long contexts = EmulatedDevice.contextsMade();

        Found found = (Found) DriverProbe.ask();

        assertThat(found.devices()).hasSize(3).extracting(Device::freeBytes).containsOnly(TOTAL - TAKEN);
        assertThat(EmulatedDevice.contextsMade()).isEqualTo(contexts + 3);
    }

    @Test
    void aGpuIsNamedAsTheLibraryNamesIt() {
        byte[] uuid = HexFormat.of().parseHex("0123456789abcdef0123456789abcdef");

        assertThat(Nvml.name(uuid)).isEqualTo("GPU-01234567-89ab-cdef-0123-456789abcdef");
    }
}
