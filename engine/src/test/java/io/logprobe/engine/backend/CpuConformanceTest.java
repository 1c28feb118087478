package io.logprobe.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.backend.conformance.BackendOperations;
import io.logprobe.engine.backend.conformance.BackendOperations.Case;
import io.logprobe.engine.backend.conformance.Conformance;
import io.logprobe.engine.backend.conformance.Conformance.Size;
import io.logprobe.engine.backend.cpu.CpuBackend;
import io.logprobe.engine.backend.reference.ReferenceBackend;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The cpu backend does what the reference does, at sizes beside and across those of vectors and blocks.
class CpuConformanceTest {

    static Stream<Arguments> casesAndTypes() {
        return BackendOperations.all().stream()
                .flatMap(operation -> Stream.of(ComputeType.values()).map(dtype -> Arguments.of(operation, dtype)));
    }

    @ParameterizedTest
    @MethodSource("casesAndTypes")
    void computesWhatTheReferenceComputes(Case operation, ComputeType dtype) {
        try (Backend reference = new ReferenceBackend(dtype);
                Backend cpu = new CpuBackend(dtype)) {
            for (Size size : Conformance.sizes()) {
                assertThat(Conformance.compare(operation, size, reference, cpu)).isEmpty();
            }
        }
    }
}
