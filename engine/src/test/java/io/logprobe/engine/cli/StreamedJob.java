package io.logprobe.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A job in the least memory, whose weights are read again in each of many passes, and what it should result in.
///
/// @param model a copy that may be damaged
/// @param memory the least, as an option
/// @param expected the results, from a run that nothing disturbed
record StreamedJob(Path model, Path input, Path output, String memory, String expected) {

    private static final Path GOLDEN = Path.of("../../shared/golden/opt-350m-style");

    record Outcome(int code, String err) {

        List<String> errors() {
            return err.lines().filter(line -> !line.startsWith("block ")).toList();
        }

        List<String> progress() {
            return err.lines().filter(line -> line.startsWith("block ")).toList();
        }
    }

    static StreamedJob prepare(Path folder, int examples) throws IOException {
        assumeTrue(Files.isDirectory(GOLDEN), () -> GOLDEN + " is not there");
        Path model = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(GOLDEN)) {
            for (Path file : files.toList()) {
                Files.write(model.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        Path input = Files.writeString(folder.resolve("in.jsonl"), rows(examples));
        Path output = Files.createDirectory(folder.resolve("out")).resolve("out.jsonl");
        StreamedJob resident = new StreamedJob(model, input, folder.resolve("resident.jsonl"), null, null);
        assertThat(resident.run().errors()).isEmpty();
        return new StreamedJob(model, input, output, resident.leastMemory(), Files.readString(resident.output()));
    }

    private String leastMemory() {
        Outcome refused = new StreamedJob(model, input, output, "1", null).run();
        Matcher least = Pattern.compile("at least (\\d+ MiB)").matcher(refused.err());
        assertThat(least.find()).as(refused.err()).isTrue();
        return least.group(1).replace(" ", "");
    }

    /// Texts of many lengths.
    private static String rows(int count) {
        Random random = new Random(5);
        String[] words = {"the", " cat", " sat", " on", " a", " mat", " and", " dog", " ran", " far", "."};
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"text\": \"Number " + i + ":"
                        + random.ints(random.nextInt(1, 25), 0, words.length)
                                .mapToObj(word -> words[word])
                                .collect(Collectors.joining())
                        + "\", \"classes\": [\" yes\", \" no, it did not\", \" maybe\"]}\n")
                .collect(Collectors.joining());
    }

    /// The arguments of the command line.
    List<String> arguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of("score", "--backend", "cpu", "--progress"));
        arguments.addAll(List.of("--model", model.toString(), "--input", input.toString()));
        arguments.addAll(List.of("--output", output.toString()));
        if (memory != null) {
            arguments.addAll(List.of("--memory", memory));
        }
        arguments.addAll(List.of(more));
        return arguments;
    }

    Path weights() {
        return model.resolve("model.safetensors");
    }

    Path checkpoint() {
        return output.resolveSibling("out.jsonl.checkpoint");
    }

    /// Runs the job in this process.
    Outcome run(String... more) {
        return run("nothing", () -> {}, more);
    }

    /// What happens to a job from outside.
    interface Event {
        void happen() throws IOException;
    }

    /// Runs the job in this process.
    ///
    /// @param line part of the line of progress after which the event happens, before the job goes on
    Outcome run(String line, Event event, String... more) {
        StringWriter said = new StringWriter();
        PrintWriter err = new PrintWriter(said) {
            private boolean happened;

            @Override
            public void println(String text) {
                super.println(text);
                if (!happened && text.contains(line)) {
                    happened = true;
                    try {
                        event.happen();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        };
        int code = EngineCommand.commandLine()
                .setErr(err)
                .setOut(new PrintWriter(Writer.nullWriter()))
                .execute(arguments(more).toArray(String[]::new));
        return new Outcome(code, said.toString());
    }
}
