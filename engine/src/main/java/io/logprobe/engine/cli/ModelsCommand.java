package io.logprobe.engine.cli;

import io.logprobe.engine.checkpoint.GgufMetadata;
import io.logprobe.engine.model.family.Families;
import io.logprobe.engine.model.family.Family;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description = "Lists the model families that can be scored, by model_type of config.json.")
final class ModelsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Families.all().stream()
                .sorted(Comparator.comparing(ModelsCommand::types))
                .forEach(family -> spec.commandLine().getOut().printf("%-24s %s%n", types(family), family.variants()));
        spec.commandLine()
                .getOut()
                .printf(
                        "%nGGUF files are read whose general.architecture is one of: %s%n",
                        String.join(", ", new TreeSet<>(GgufMetadata.architectures())));
        return 0;
    }

    private static String types(Family family) {
        return String.join(", ", family.modelTypes());
    }
}
