package io.logprobe.standalone;

import io.logprobe.standalone.client.LogprobeClient.RefusedRequest;
import io.logprobe.standalone.demo.DemoFailure;
import io.logprobe.standalone.network.PortInUse;
import io.logprobe.standalone.platform.DataFolderInUse;
import io.logprobe.standalone.service.ServiceFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Everything on this machine in one command.
@Command(
        name = "logprobe",
        mixinStandardHelpOptions = true,
        subcommands = {UpCommand.class, DemoCommand.class})
public final class StandaloneCommand {

    private static final int FAILED = 1;
    private static final int REFUSED = 2;

    private StandaloneCommand() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new StandaloneCommand())
                .setExecutionExceptionHandler((failure, _, _) -> {
                    System.err.println("logprobe: " + failure.getMessage());
                    return exitCode(failure);
                })
                .execute(arguments));
    }

    private static int exitCode(Exception failure) {
        return switch (failure) {
            case PortInUse _, DataFolderInUse _ -> REFUSED;
            case DemoFailure _, ServiceFailure _, RefusedRequest _ -> FAILED;
            default -> {
                failure.printStackTrace();
                yield FAILED;
            }
        };
    }
}
