package io.logprobe.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.logprobe.engine.backend.BackendOperations.Case;
import io.logprobe.engine.backend.cpu.CpuBackend;
import io.logprobe.engine.backend.reference.ReferenceBackend;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The cpu backend does what the reference does, at sizes beside and across those of vectors and blocks.
class CpuConformanceTest {

    private static final List<Integer> SIZES = List.of(1, 7, 8, 31, 33, 64, 1000);
    private static final List<Integer> ROWS = List.of(0, 1, 7, 33, 300);

    static Stream<Arguments> casesAndTypes() {
        return BackendOperations.all().stream()
                .flatMap(operation -> Stream.of(ComputeType.values()).map(dtype -> Arguments.of(operation, dtype)));
    }

    @ParameterizedTest
    @MethodSource("casesAndTypes")
    void computesWhatTheReferenceComputes(Case operation, ComputeType dtype) {
        try (Backend reference = new ReferenceBackend(dtype);
                Backend cpu = new CpuBackend(dtype)) {
            for (int rows : ROWS) {
                for (int columns : SIZES) {
                    if (rows * columns <= 33_000) {
                        float[] expected = operation.operation().run(reference, new Random(1), rows, columns);
                        float[] actual = operation.operation().run(cpu, new Random(1), rows, columns);
                        assertThat(actual).hasSameSizeAs(expected);
                        for (int i = 0; i < expected.length; i++) {
                            assertThat((double) actual[i])
                                    .as("%s, %d x %d, element %d", operation, rows, columns, i)
                                    .isCloseTo(
                                            expected[i], within(operation.tolerance() * (1 + Math.abs(expected[i]))));
                        }
                    }
                }
            }
        }
    }
}
