package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.conformance.BackendOperations;
import io.logprobe.engine.backend.conformance.BackendOperations.Case;
import io.logprobe.engine.backend.conformance.Conformance;
import io.logprobe.engine.backend.conformance.Conformance.Size;
import io.logprobe.engine.backend.reference.ReferenceBackend;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Linear layers through an emulated cuBLASLt. What can go wrong: an attribute's number or size, rows taken for
/// columns, the order of bias, addition and activation, an algorithm that splits a product, an alignment that does not
/// hold.
class CublasLtEmulatedTest {

    private static final CudaOptions OPTIONS =
            CudaOptions.DEFAULT.withBlockRows(128).withStagingBytes(16 << 10);

    @BeforeAll
    static void installDevice() {
        EmulatedDevice.install();
        EmulatedDevice.installCublasLt();
    }

    @AfterEach
    void letCublasLtBegin() {
        EmulatedDevice.cublasLtCreateStatus(0);
        EmulatedDevice.cublasLtMatmulStatus(0);
        EmulatedDevice.cublasLtEpilogues(true);
    }

    static Stream<Arguments> linearLayersAndTypes() {
        return BackendOperations.all().stream()
                .filter(operation -> operation.name().startsWith("linear"))
                .flatMap(operation -> Stream.of(ComputeType.values()).map(dtype -> Arguments.of(operation, dtype)));
    }

    /// One product of `rows` rows, as numbers.
    private static float[] product(int rows) {
        Case add = BackendOperations.all().stream()
                .filter(operation -> operation.name().startsWith("linear Add"))
                .findFirst()
                .orElseThrow();
        try (Backend cuda = CudaBackend.open(ComputeType.BFLOAT16, OPTIONS.withBlockRows(512))) {
            return add.run(cuda, rows, 40);
        }
    }

    @Test
    void fewRowsAreNotMultipliedAsAWholeBlock() {
        EmulatedDevice.cublasLtRows();

        product(130);

        assertThat(EmulatedDevice.cublasLtRows()).isEqualTo(256);
    }

    @Test
    void aLibraryThatRefusesLeavesTheProductsToOwnKernelsAndSaysWhy() {
        float[] expected = product(33);
        EmulatedDevice.cublasLtCreateStatus(1);

        try (Backend cuda = CudaBackend.open(ComputeType.BFLOAT16, OPTIONS)) {
            assertThat(cuda.detail())
                    .endsWith("own matrix kernels (libcublasLt.so.13: cublasLtCreate failed with status 1)");
        }
        assertThat(product(33)).usingComparatorWithPrecision(1e-5f).containsExactly(expected);
    }

    @Test
    void aProductThatFailsNamesModelAndShape() {
        EmulatedDevice.cublasLtMatmulStatus(13);

        assertThatThrownBy(() -> product(33))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cuda: cublasLtMatmul failed with status 13: 33 rows, Shape[outputs=")
                .hasMessageContaining("width=64");
    }

    @ParameterizedTest
    @MethodSource("linearLayersAndTypes")
    void computesWhatTheReferenceComputes(Case operation, ComputeType dtype) {
        requireAgreement(operation, dtype);
    }

    @ParameterizedTest
    @MethodSource("linearLayersAndTypes")
    void withoutEpiloguesOfTheLibraryItComputesTheSame(Case operation, ComputeType dtype) {
        EmulatedDevice.cublasLtEpilogues(false);
        EmulatedDevice.cublasLtRows();

        requireAgreement(operation, dtype);

        assertThat(EmulatedDevice.cublasLtRows())
                .as("rows the library has multiplied")
                .isPositive();
    }

    private static void requireAgreement(Case operation, ComputeType dtype) {
        try (Backend reference = new ReferenceBackend(dtype);
                Backend cuda = CudaBackend.open(dtype, OPTIONS)) {
            assertThat(cuda.detail())
                    .endsWith("cuBLASLt 13.1.0, own matrix kernels for shapes that it has no algorithm for");
            for (Size size : EmulatedDevice.sizes()) {
                assertThat(Conformance.compare(operation, size, reference, cuda))
                        .isEmpty();
            }
        }
    }
}
