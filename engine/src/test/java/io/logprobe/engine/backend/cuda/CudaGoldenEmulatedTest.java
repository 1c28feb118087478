package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.logprobe.engine.cli.verify.Finding;
import io.logprobe.engine.cli.verify.Part;
import io.logprobe.engine.cli.verify.PartRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole model through the cuda backend on the emulated driver, as a verification does it on a device.
class CudaGoldenEmulatedTest {

    private static final Path GOLDEN = Path.of("../../shared/golden");
    private static final String MODEL = "opt-125m-style";

    @TempDir
    Path folder;

    @BeforeAll
    static void installDevice() {
        EmulatedDevice.install();
    }

    @Test
    void scoresAsTransformersDoes() throws IOException {
        assumeTrue(Files.isDirectory(GOLDEN), () -> GOLDEN + " is not there");
        Files.createSymbolicLink(folder.resolve(MODEL), GOLDEN.resolve(MODEL).toAbsolutePath());
        List<Finding> findings = new ArrayList<>();

        new PartRun(Part.GOLDEN, folder, folder, "python3", true, findings::add).run();

        assertThat(findings).extracting(Finding::passed).containsExactly(true, true);
    }
}
