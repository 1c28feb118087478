package io.logprobe.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the command line says of GPUs on a machine without a driver.
class WithoutGpuTest {

    private static final Path MODEL = Path.of("../../shared/golden/opt-350m-style");
    private static final String REASON = "logprobe: backend cuda: there is no NVIDIA driver (libcuda.so.1)";

    @TempDir
    Path folder;

    private record Outcome(int code, String err) {}

    @BeforeEach
    void thereIsNoDriver() {
        boolean driver = Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/cuda/compat")
                .anyMatch(path -> Files.exists(Path.of(path, "libcuda.so.1")));
        assumeFalse(driver, "this machine has an NVIDIA driver");
    }

    private Outcome run(String... arguments) throws IOException, InterruptedException {
        EngineProcess engine = EngineProcess.start(Map.of(), List.of(arguments));
        String errors = String.join("\n", engine.errors());
        return new Outcome(engine.process().waitFor(), errors);
    }

    private Outcome score(String backend) throws IOException, InterruptedException {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        Path input = Files.writeString(folder.resolve("in.jsonl"), "{\"text\": \"The\", \"classes\": [\" end\"]}\n");
        return run(
                "score",
                "--model",
                MODEL.toString(),
                "--input",
                input.toString(),
                "--output",
                folder.resolve("out.jsonl").toString(),
                "--backend",
                backend);
    }

    @Test
    void cudaIsRefusedOnOneLine() throws IOException, InterruptedException {
        assertThat(score("cuda")).isEqualTo(new Outcome(2, REASON));
    }

    @Test
    void autoSaysWhyItComputesOnTheProcessor() throws IOException, InterruptedException {
        assertThat(score("auto")).isEqualTo(new Outcome(0, REASON + "; computing with backend cpu"));
    }

    @Test
    void verifyIsRefusedOnOneLine() throws IOException, InterruptedException {
        assertThat(run("verify", "--out", folder.toString())).isEqualTo(new Outcome(2, REASON));
    }
}
