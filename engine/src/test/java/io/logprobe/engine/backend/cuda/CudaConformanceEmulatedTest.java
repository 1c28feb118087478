package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.conformance.BackendOperations;
import io.logprobe.engine.backend.conformance.BackendOperations.Case;
import io.logprobe.engine.backend.conformance.Conformance;
import io.logprobe.engine.backend.conformance.Conformance.Size;
import io.logprobe.engine.backend.reference.ReferenceBackend;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The cuda backend, kernels included, does what the reference does. What can go wrong: an index, a barrier, a launch's
/// parameter list, a copy that is used before it has arrived, a row or column beside a tile.
class CudaConformanceEmulatedTest {

    @BeforeAll
    static void installDevice() {
        EmulatedDevice.install();
    }

    static Stream<Arguments> casesAndTypes() {
        return BackendOperations.all().stream()
                .flatMap(operation -> Stream.of(ComputeType.values()).map(dtype -> Arguments.of(operation, dtype)));
    }

    @ParameterizedTest
    @MethodSource("casesAndTypes")
    void computesWhatTheReferenceComputes(Case operation, ComputeType dtype) {
        CudaOptions options = CudaOptions.DEFAULT
                .withBlockRows(128)
                .withStagingBytes(16 << 10)
                .withoutCublas();
        try (Backend reference = new ReferenceBackend(dtype);
                Backend cuda = CudaBackend.open(dtype, options)) {
            for (Size size : EmulatedDevice.sizes()) {
                assertThat(Conformance.compare(operation, size, reference, cuda))
                        .isEmpty();
            }
        }
    }
}
