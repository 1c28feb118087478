package io.logprobe.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.logprobe.engine.backend.cuda.EmulatedDevice;
import io.logprobe.engine.backend.cuda.EmulatedDevice.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the command line says where there is a driver, but no GPU that can be used.
class UnusableGpuEmulatedTest {

    private static final Path MODEL = Path.of("../../shared/golden/opt-350m-style");

    @TempDir
    Path folder;

    private final PrintStream standardError = System.err;

    private enum Machine {
        NO_GPU("the NVIDIA driver finds no GPU") {
            @Override
            void set() {
                EmulatedDevice.device(0, 9, 13_000);
            }
        },
        OLD_DRIVER("the NVIDIA driver is too old: it supports CUDA 11.8, 12.0 is needed") {
            @Override
            void set() {
                EmulatedDevice.device(1, 9, 11_080);
            }
        },
        OLD_CARD("GPU 0, Emulated device, has compute capability 7.0, 8.0 is needed") {
            @Override
            void set() {
                EmulatedDevice.device(1, 7, 13_000);
            }
        },
        MEMORY_TAKEN("GPU 0, Emulated device, has 596 MiB of its 4096 MiB free, others have taken the rest; "
                + "1024 MiB are needed") {
            @Override
            void set() {
                EmulatedDevice.memory(4L << 30, 3500L << 20);
            }
        },
        TAKEN_BY_SOMEBODY_ELSE("GPU 0, Emulated device, does not open: " + MODEL.getFileName()
                + ": opening device 0 failed: CUDA_ERROR_DEVICE_UNAVAILABLE (CUDA_ERROR_DEVICE_UNAVAILABLE)") {
            @Override
            void set() {
                EmulatedDevice.installNvml(); // else free memory would be asked for in vain
                EmulatedDevice.failure(Failure.NO_CONTEXT);
            }
        };

        private final String reason;

        Machine(String reason) {
            this.reason = "logprobe: backend cuda: " + reason;
        }

        abstract void set();
    }

    private record Outcome(int code, String err) {}

    @BeforeEach
    void installDevice() {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        EmulatedDevice.install();
    }

    @AfterEach
    void restore() {
        System.setErr(standardError);
        EmulatedDevice.install();
    }

    private Outcome score(String backend) throws IOException {
        Path input = Files.writeString(folder.resolve("in.jsonl"), "{\"text\": \"The\", \"classes\": [\" end\"]}\n");
        String[] words = {
            "score",
            "--model",
            MODEL.toString(),
            "--input",
            input.toString(),
            "--output",
            folder.resolve("out.jsonl").toString(),
            "--backend",
            backend
        };
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        int code = EngineCommand.commandLine(words).execute(words);
        return new Outcome(code, said.toString(StandardCharsets.UTF_8).strip());
    }

    @ParameterizedTest
    @EnumSource
    void cudaIsRefusedOnOneLine(Machine machine) throws IOException {
        machine.set();

        Outcome outcome = score("cuda");

        assertThat(outcome).isEqualTo(new Outcome(2, machine.reason));
    }

    @ParameterizedTest
    @EnumSource
    void autoSaysTheSameAndComputesOnTheProcessor(Machine machine) throws IOException {
        machine.set();

        Outcome outcome = score("auto");

        assertThat(outcome).isEqualTo(new Outcome(0, machine.reason + "; computing with backend cpu"));
        assertThat(folder.resolve("out.jsonl")).isNotEmptyFile();
    }
}
