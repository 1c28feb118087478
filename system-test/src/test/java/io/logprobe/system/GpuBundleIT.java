package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./logprobe gpu-bundle`, unpacked on a host that has no Java on its path. What can go wrong: a module that the
/// trimmed runtime lacks, a library that was left out, an archive that has grown.
class GpuBundleIT {

    private static final long LIMIT_BYTES = 40_000_000;

    @TempDir
    Path folder;

    @Test
    void isSmallAndSaysWithoutJavaOnThePathThatThereIsNoGpu() throws Exception {
        assumeFalse(Files.exists(Path.of("/proc/driver/nvidia")), "this machine has an NVIDIA driver");
        Path archive = folder.resolve("bundle.tar.gz");

        Outcome written = Outcome.ofLogprobe("gpu-bundle", archive);
        Outcome unpacked = Outcome.of("tar", "xf", archive, "-C", folder);
        Path bundle = folder.resolve("logprobe-gpu");
        Outcome verified = Outcome.of("env", "-i", "PATH=/usr/bin:/bin", bundle.resolve("verify"), "--out", folder);

        assertThat(written.code()).as(written.err()).isZero();
        assertThat(Files.size(archive)).isLessThanOrEqualTo(LIMIT_BYTES);
        assertThat(unpacked.code()).as(unpacked.err()).isZero();
        assertThat(names(bundle)).containsExactlyInAnyOrder("java", "lib", "logprobe", "verify");
        assertThat(names(bundle.resolve("lib")))
                .anyMatch(jar -> jar.startsWith("engine-"))
                .anyMatch(jar -> jar.startsWith("jcuda-natives-"))
                .anyMatch(jar -> jar.startsWith("tokenizers-"))
                .noneMatch(jar -> jar.startsWith("dnnl-"));
        assertThat(verified.code()).as(verified.out() + verified.err()).isEqualTo(2);
        assertThat(verified.err()).isEqualTo("logprobe: backend cuda: there is no NVIDIA driver (libcuda.so.1)\n");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() throws Exception {
        Outcome outcome = Outcome.ofLogprobe("gpu-bundle", folder.resolve("nowhere/bundle.tar.gz"));

        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("nowhere is not a folder");
    }

    private static List<String> names(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
