package io.logprobe.standalone;

import io.logprobe.standalone.client.LogprobeClient.RefusedRequest;
import io.logprobe.standalone.demo.DemoFailure;
import io.logprobe.standalone.externalhub.UnusableHub;
import io.logprobe.standalone.network.PortInUse;
import io.logprobe.standalone.platform.DataFolderGone;
import io.logprobe.standalone.platform.DataFolderInUse;
import io.logprobe.standalone.platform.DataOfAnotherHub;
import io.logprobe.standalone.platform.StartBrokenOff;
import io.logprobe.standalone.service.ServiceFailure;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Everything on this machine in one command.
@Command(name = "logprobe", mixinStandardHelpOptions = true, subcommands = DemoCommand.class)
public final class StandaloneCommand {

    private static final int FAILED = 1;
    private static final int REFUSED = 2;

    private StandaloneCommand() {}

    public static void main(String[] arguments) {
        System.exit(commandLine(System.getenv()).execute(arguments));
    }

    /// @param environment variables of this process
    static CommandLine commandLine(Map<String, String> environment) {
        return new CommandLine(new StandaloneCommand())
                .addSubcommand(new UpCommand(environment))
                .setParameterExceptionHandler((fault, _) -> {
                    CommandLine command = fault.getCommandLine();
                    command.getErr()
                            .printf(
                                    "logprobe: %s; see ./logprobe %s --help%n",
                                    fault.getMessage(), command.getCommandName());
                    return REFUSED;
                })
                .setExecutionExceptionHandler((failure, command, _) -> {
                    // Who interrupts a start knows it.
                    if (!(failure instanceof StartBrokenOff)) {
                        command.getErr().println("logprobe: " + failure.getMessage());
                    }
                    return exitCode(failure);
                });
    }

    private static int exitCode(Exception failure) {
        return switch (failure) {
            case PortInUse _, DataFolderInUse _, DataOfAnotherHub _, UnusableHub _, RefusedOption _ -> REFUSED;
            case DemoFailure _, ServiceFailure _, RefusedRequest _, StartBrokenOff _, DataFolderGone _ -> FAILED;
            default -> {
                failure.printStackTrace();
                yield FAILED;
            }
        };
    }
}
