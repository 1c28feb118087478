package io.logprobe.engine.cli;

import io.logprobe.engine.cli.verify.Part;
import io.logprobe.engine.cli.verify.PartRun;
import io.logprobe.engine.cli.verify.VerificationReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "verify-part", hidden = true, description = "One part of verify, which starts it.")
final class VerifyPartCommand implements Callable<Integer> {

    @Option(names = "--part", required = true)
    private Part part;

    @Option(names = "--findings", required = true)
    private Path findings;

    @Option(names = "--work", required = true)
    private Path work;

    @Option(names = "--golden")
    private Path golden;

    @Option(names = "--python")
    private String python;

    @Option(names = "--small")
    private boolean small;

    @Override
    public Integer call() {
        new PartRun(part, golden, work, python, small, finding -> VerificationReport.append(findings, finding)).run();
        return 0;
    }
}
