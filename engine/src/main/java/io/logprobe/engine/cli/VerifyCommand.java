package io.logprobe.engine.cli;

import io.logprobe.engine.backend.cuda.CudaBackend;
import io.logprobe.engine.cli.verify.Part;
import io.logprobe.engine.cli.verify.PythonLibraries;
import io.logprobe.engine.cli.verify.Verification;
import io.logprobe.engine.cli.verify.VerificationReport;
import io.logprobe.engine.failure.InvalidInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Checks and times backend cuda on this machine's GPU, and writes report.md and report.json.")
final class VerifyCommand implements Callable<Integer> {

    private static final int FAILED = 1;

    /// A machine may begin with little of its memory, of which Java would take a quarter.
    private static final String HEAP = "-Xmx4g";

    @Option(names = "--golden", description = "folder of model folders with a golden.json each")
    private Path golden;

    @Option(names = "--out", defaultValue = "verification", description = "folder for the report (${DEFAULT-VALUE})")
    private Path out;

    @Option(names = "--models", description = "folder for models with random weights, up to 2.5 GB (models in --out)")
    private Path models;

    @Option(names = "--seconds", defaultValue = "570", description = "bound on all parts together (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--part", description = "only these parts: ${COMPLETION-CANDIDATES}")
    private List<Part> parts;

    @Option(
            names = "--python",
            defaultValue = "python3",
            description = "interpreter with torch and transformers to compare with, and cuBLAS perhaps "
                    + "(${DEFAULT-VALUE})")
    private String python;

    @Option(names = "--small", description = "tiny shapes: see whether the parts run at all")
    private boolean small;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (golden != null && !Files.isDirectory(golden)) {
            throw new InvalidInput("--golden " + golden + " is not a folder");
        }
        // Says why there is no device before anything is begun. None is opened: this process would keep a part of its
        // memory as long as the others run.
        CudaBackend.requireUsable();
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        VerificationReport report = new VerificationReport(out);
        List<String> libraries = PythonLibraries.folders(python);
        boolean passed = new Verification(
                        parts == null ? Arrays.asList(Part.values()) : parts,
                        part -> process(part, report, libraries),
                        report,
                        Duration.ofSeconds(seconds))
                .run();
        spec.commandLine().getOut().println((passed ? "passed: " : "failed: ") + out.resolve("report.md"));
        return passed ? 0 : FAILED;
    }

    private ProcessBuilder process(Part part, VerificationReport report, List<String> libraries) {
        ProcessBuilder process = new ProcessBuilder(command(part, report));
        PythonLibraries.add(libraries, process.environment());
        return process;
    }

    private List<String> command(Part part, VerificationReport report) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                EngineCommand.class.getName(),
                "verify-part",
                "--part",
                part.name(),
                "--findings",
                report.findings(part).toString(),
                "--work",
                (models == null ? out.resolve("models") : models).toString(),
                "--python",
                python));
        if (golden != null) {
            command.addAll(List.of("--golden", golden.toString()));
        }
        if (small) {
            command.add("--small");
        }
        return command;
    }
}
