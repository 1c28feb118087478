package io.logprobe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.cuda.CudaBackend;
import io.logprobe.engine.backend.cuda.CudaOptions;
import io.logprobe.engine.backend.cuda.EmulatedDevice;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.LinearRef;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadingCostsEmulatedTest {

    @BeforeEach
    void installDevice() {
        EmulatedDevice.install();
    }

    @Test
    void whatTheHostHoldsTakesNoMemoryOfADevice() {
        Architecture turned = TinyArchitecture.of(TinyArchitecture.plain(LinearRef::inputsFirst));
        try (Backend backend = CudaBackend.open(
                ComputeType.FLOAT32,
                CudaOptions.DEFAULT
                        .withBlockRows(128)
                        .withStagingBytes(16 << 10)
                        .withoutCublas())) {
            assertThat(new ReadingCosts(turned, backend, parts -> 123_000).bytes())
                    .isZero();
        }
    }
}
