package io.logprobe.engine.cli;

import io.logprobe.engine.EngineOptions;
import io.logprobe.engine.Scorer;
import io.logprobe.engine.failure.EngineException;
import io.logprobe.engine.memory.ByteSize;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The engine on the command line, without any service.
///
/// Exit codes: 0 done, 1 a defect of the engine, 2 something the user can mend, said in one line on standard error.
@Command(name = "logprobe", synopsisSubcommandLabel = "COMMAND")
public final class EngineCommand {

    private static final List<Map.Entry<String, Supplier<Object>>> COMMANDS = List.of(
            Map.entry("score", ScoreCommand::new),
            Map.entry("bench", BenchCommand::new),
            Map.entry("metrics", MetricsCommand::new),
            Map.entry("models", ModelsCommand::new),
            Map.entry("verify", VerifyCommand::new),
            Map.entry("verify-part", VerifyPartCommand::new));

    private static final int USER_ERROR = 2;

    private EngineCommand() {}

    public static void main(String[] arguments) {
        if (scoresOnTheProcessor(arguments)) {
            // Before the options are read, which takes two tenths of a second.
            Scorer.prepare(EngineOptions.DEFAULT);
        }
        System.exit(commandLine(arguments).execute(arguments));
    }

    /// A guess that costs some computing where it is wrong.
    private static boolean scoresOnTheProcessor(String[] arguments) {
        return arguments.length > 1
                && arguments[0].equals("score")
                && Stream.of(arguments).noneMatch(word -> word.endsWith("cuda") || word.endsWith("reference"));
    }

    /// Takes any words, but knows no other command than the one they begin with, if any: reading the annotations of
    /// all takes a tenth of a second.
    static CommandLine commandLine(String... words) {
        CommandLine line = new CommandLine(new EngineCommand());
        String first = words.length == 0 ? "" : words[0];
        boolean known = COMMANDS.stream().anyMatch(command -> command.getKey().equals(first));
        for (Map.Entry<String, Supplier<Object>> command : COMMANDS) {
            if (!known || command.getKey().equals(first)) {
                line.addSubcommand(command.getKey(), command.getValue().get());
            }
        }
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(ByteSize.class, EngineCommand::byteSize)
                .setParameterExceptionHandler(
                        (e, arguments) -> complain(e.getCommandLine().getErr(), problem(e)))
                .setExecutionExceptionHandler((e, command, result) -> {
                    if (e instanceof EngineException) {
                        return complain(command.getErr(), e.getMessage());
                    }
                    throw e;
                });
    }

    /// An option that is misspelt is missing too, but what is there to mend is its name.
    private static String problem(ParameterException e) {
        List<String> unknown = e.getCommandLine().getUnmatchedArguments();
        return unknown.isEmpty()
                ? e.getMessage()
                : new UnmatchedArgumentException(e.getCommandLine(), unknown).getMessage();
    }

    private static ByteSize byteSize(String text) {
        try {
            return ByteSize.valueOf(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static int complain(PrintWriter err, String message) {
        err.println("logprobe: " + message.replaceAll("\\s*\\R\\s*", " "));
        return USER_ERROR;
    }
}
