package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.logprobe.engine.cli.verify.Finding;
import io.logprobe.engine.cli.verify.Part;
import io.logprobe.engine.cli.verify.PartRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The parts of a verification on tiny shapes: they must run to their end on the one call that a GPU host is there for.
/// What they time here means nothing.
class VerificationEmulatedTest {

    @TempDir
    Path folder;

    @BeforeAll
    static void installDevice() {
        EmulatedDevice.install();
    }

    private List<Finding> findings(Part part) {
        return findings(part, "no-such-python");
    }

    private List<Finding> findings(Part part, String python) {
        List<Finding> findings = new ArrayList<>();
        new PartRun(part, null, folder, python, true, findings::add).run();
        return findings;
    }

    @ParameterizedTest
    @CsvSource({
        "DEVICE, weights are read",
        "DEVICE, weights to the device",
        "PRODUCTS, 'bfloat16, own kernel, 64 x 64, rows'",
        "PRODUCTS, 'layer of d=64, attention behind a header of 64 tokens'",
        "HEAD, 'log-softmax gather, d=64, V=2500'",
        "OPT_6_7B, 'tiny, 4 x 2, time'",
        "STREAMED, 'tiny within 16 GiB, time'",
    })
    void findsWhatItIsThereFor(Part part, String last) {
        assertThat(findings(part)).extracting(Finding::what).contains(last);
    }

    @Test
    void theMachineItsDriverAndItsLibrariesAreTold() {
        assertThat(findings(Part.DEVICE))
                .extracting(Finding::what, Finding::value)
                .filteredOn(finding -> finding.toList().getFirst().equals("libraries, float32"))
                .singleElement()
                .asString()
                .contains("/libcuda.so.1", "/libJCudaDriver-");
    }

    @Test
    void everyOperationIsComparedWithAndWithoutCublas() {
        assertThat(findings(Part.CONFORMANCE)).hasSize(4).allMatch(Finding::passed);
    }

    @Test
    void aKernelThatFailsIsNamedWithItsOperationAndTheOthersAreCompared() {
        EmulatedDevice.failure(EmulatedDevice.Failure.LAUNCHES);
        try {
            assertThat(findings(Part.CONFORMANCE))
                    .hasSize(4)
                    .noneMatch(Finding::passed)
                    .allSatisfy(finding -> assertThat(finding.note()).contains("starting kernel ", ", grid "));
        } finally {
            EmulatedDevice.failure(EmulatedDevice.Failure.NONE);
        }
    }

    @Test
    void productsOfFewRowsHaveTheBitsOfAWholeBlock() {
        assertThat(findings(Part.PRODUCTS))
                .filteredOn(finding -> finding.what().endsWith(", rows"))
                .hasSize(4)
                .allMatch(Finding::passed);
    }

    @Test
    void withoutAPythonThatHasTransformersTheComparisonIsSkippedWithALine() {
        assertThat(findings(Part.TRANSFORMERS)).singleElement().satisfies(finding -> {
            assertThat(finding.value()).isEqualTo("skipped");
            assertThat(finding.note()).startsWith("no-such-python has no torch with CUDA and transformers");
            assertThat(finding.passed()).isNull();
        });
    }

    @Test
    void withAPythonThatHasTransformersBothJobsAreCompared() {
        String python = System.getenv("LOGPROBE_PYTHON");
        assumeTrue(python != null && !python.isBlank(), "LOGPROBE_PYTHON names no Python that has transformers");

        assertThat(findings(Part.TRANSFORMERS, python))
                .extracting(Finding::what)
                .containsExactly(
                        "tiny, WinoBias' shape, 4 x 2, ours",
                        "tiny, 5-shot with a shared header, 2 x 2, ours",
                        "tiny, WinoBias' shape, 4 x 2",
                        "tiny, 5-shot with a shared header, 2 x 2");
    }
}
