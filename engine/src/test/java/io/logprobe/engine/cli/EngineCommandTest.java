package io.logprobe.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.engine.checkpoint.GgufBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class EngineCommandTest {

    private static final Path MODEL = Path.of("../../shared/golden/opt-350m-style");
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Outcome(int code, String out, String err) {}

    @TempDir
    Path folder;

    @Test
    void writesOneRowPerExampleAndASummary() throws IOException {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        Path input = Files.writeString(folder.resolve("in.jsonl"), """
                {"text": "The nurse said that", "classes": [" she", " he was"], "target": 1}
                {"text": "The", "classes": [" end"]}
                """);
        Path output = folder.resolve("out.jsonl");

        Outcome outcome = run(
                "score",
                "--model",
                MODEL,
                "--input",
                input,
                "--output",
                output,
                "--backend",
                "cpu",
                "--summary",
                "json");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        List<String> rows = Files.readAllLines(output);
        assertThat(rows).hasSize(2);
        JsonNode first = JSON.readTree(rows.getFirst());
        assertThat(first.fieldNames())
                .toIterable()
                .containsExactly(
                        "index",
                        "logprobs",
                        "token_counts",
                        "is_greedy",
                        "token_logprobs",
                        "prediction",
                        "target",
                        "truncated");
        double sum = 0;
        for (JsonNode token : first.get("token_logprobs").get(1)) {
            sum += token.doubleValue();
        }
        assertThat(first.get("logprobs").get(1).doubleValue()).isCloseTo(sum, within(1e-9));
        assertThat(JSON.readTree(rows.get(1)).get("target").isNull()).isTrue();
        JsonNode summary = JSON.readTree(outcome.out().lines().toList().getLast());
        assertThat(summary.get("examples").intValue()).isEqualTo(2);
        assertThat(summary.get("pairs").intValue()).isEqualTo(3);
        assertThat(summary.get("pairs_per_s").doubleValue()).isPositive();
        assertThat(summary.get("seconds").fieldNames())
                .toIterable()
                .containsExactly("load", "plan", "score", "earlier_processes", "start_to_first_layer");
        assertThat(summary.get("dtype").textValue()).isEqualTo("float32");
        assertThat(summary.get("backend").textValue()).isEqualTo("cpu");
        assertThat(leftBehind()).containsExactlyInAnyOrder("in.jsonl", "out.jsonl");
    }

    @Test
    void scoresClassesWithoutTheirPrompts() throws IOException {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        Path input = Files.writeString(folder.resolve("in.jsonl"), """
                {"text": "The nurse said that", "classes": [" she"], "target": 0, "further": "ignored"}
                {"text": "", "classes": [" she"], "target": 0}
                """);
        Path output = folder.resolve("out.jsonl");

        Outcome outcome = run("score", "--model", MODEL, "--input", input, "--output", output, "--unconditional");

        assertThat(outcome.code()).isZero();
        List<String> rows = Files.readAllLines(output);
        assertThat(rows.getFirst().replace("\"index\":0", "\"index\":1")).isEqualTo(rows.get(1));
    }

    @Test
    void countsAndMarksWhatWasCutOffOrSplitDifferently() throws IOException {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        String endless = "The nurse said that she would come. ".repeat(40);
        Path input = Files.writeString(folder.resolve("in.jsonl"), """
                {"text": "%s", "classes": [" she", " he"]}
                {"text": "The app", "classes": ["lication crashed", " is"]}
                """.formatted(endless));
        Path output = folder.resolve("out.jsonl");

        Outcome json = run("score", "--model", MODEL, "--input", input, "--output", output, "--summary", "json");
        Outcome text = run("score", "--model", MODEL, "--input", input, "--output", output);

        JsonNode summary = JSON.readTree(json.out());
        assertThat(summary.get("truncated").intValue()).isEqualTo(1);
        assertThat(summary.get("boundary_mismatches").intValue()).isEqualTo(1);
        assertThat(text.out()).contains("1 truncated", "1 boundary mismatches");
        List<String> rows = Files.readAllLines(output);
        assertThat(JSON.readTree(rows.getFirst()).get("truncated").booleanValue())
                .isTrue();
        assertThat(JSON.readTree(rows.get(1)).get("truncated").booleanValue()).isFalse();
    }

    @Test
    void putsTheBeginningOfSequenceWhereItIsToldTo() throws IOException {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        Path input = Files.writeString(
                folder.resolve("in.jsonl"), "{\"text\": \"The nurse said\", \"classes\": [\" that\"]}\n");
        Path output = folder.resolve("out.jsonl");

        run("score", "--model", MODEL, "--input", input, "--output", output);
        List<String> asTheTokenizer = Files.readAllLines(output);
        run("score", "--model", MODEL, "--input", input, "--output", output, "--bos", "always");
        List<String> always = Files.readAllLines(output);
        run("score", "--model", MODEL, "--input", input, "--output", output, "--bos", "never");
        List<String> never = Files.readAllLines(output);

        // OPT's tokenizer puts one.
        assertThat(always).isEqualTo(asTheTokenizer);
        assertThat(never).isNotEqualTo(asTheTokenizer);
    }

    @Test
    void writesIntoAPipeInsteadOfTakingItsPlace() throws Exception {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        Path input = Files.writeString(folder.resolve("in.jsonl"), "{\"text\": \"a\", \"classes\": [\" b\"]}\n");
        Path output = folder.resolve("out.jsonl");
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> read(pipe), Thread.ofPlatform()::start);

        run("score", "--model", MODEL, "--input", input, "--output", output);
        Outcome outcome = run("score", "--model", MODEL, "--input", input, "--output", pipe);

        assertThat(outcome.code()).isZero();
        assertThat(read.get(1, TimeUnit.MINUTES)).isEqualTo(Files.readString(output));
        assertThat(Files.isRegularFile(pipe)).isFalse();
        assertThat(leftBehind()).containsExactlyInAnyOrder("in.jsonl", "out.jsonl", "pipe");
    }

    @Test
    void keepsNoStateBesideADevice() throws IOException {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        Path input = Files.writeString(folder.resolve("in.jsonl"), "{\"text\": \"a\", \"classes\": [\" b\"]}\n");
        Path device = Files.createSymbolicLink(folder.resolve("null"), Path.of("/dev/null"));
        Files.createDirectory(folder.resolve("null.checkpoint"));

        Outcome outcome = run("score", "--model", MODEL, "--input", input, "--output", device, "--memory", "1GiB");

        assertThat(outcome.code()).isZero();
    }

    @Test
    void writesWhereALinkLeads() throws IOException {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        Path input = Files.writeString(folder.resolve("in.jsonl"), "{\"text\": \"a\", \"classes\": [\" b\"]}\n");
        Path output = Files.writeString(folder.resolve("out.jsonl"), "earlier results");
        Path link = Files.createSymbolicLink(folder.resolve("link"), output);

        Outcome outcome = run("score", "--model", MODEL, "--input", input, "--output", link);

        assertThat(outcome.code()).isZero();
        assertThat(link).isSymbolicLink();
        assertThat(output).content().contains("logprobs").doesNotContain("earlier results");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void leavesNothingBehindWhenARowCannotBeScored() throws IOException {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        Path input = Files.writeString(folder.resolve("in.jsonl"), "{\"text\": \"a\", \"classes\": [\" b\", \"\"]}\n");

        Outcome outcome = run("score", "--model", MODEL, "--input", input, "--output", folder.resolve("out.jsonl"));

        assertRefused(outcome, "example 0", "classes[1]", "empty continuation");
        assertThat(leftBehind()).containsExactly("in.jsonl");
    }

    @Test
    void namesTheMissingModel() throws IOException {
        Path input = Files.writeString(folder.resolve("in.jsonl"), "{\"text\": \"a\", \"classes\": [\"b\"]}\n");

        Outcome outcome = run(
                "score", "--model", folder.resolve("none"), "--input", input, "--output", folder.resolve("out.jsonl"));

        assertRefused(outcome, "none");
        assertThat(leftBehind()).containsExactly("in.jsonl");
    }

    @Test
    void namesTheBadRow() throws IOException {
        Path input = Files.writeString(folder.resolve("in.jsonl"), "{\"text\": \"a\", \"classes\": 3}\n");

        Outcome outcome = run("score", "--model", folder, "--input", input, "--output", folder.resolve("out.jsonl"));

        assertRefused(outcome, "line 1", "classes is not a list");
    }

    @Test
    void namesTheUnsupportedArchitectureAndTheNearestSupportedOne() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"optt\"}");
        Path input = Files.writeString(folder.resolve("in.jsonl"), "{\"text\": \"a\", \"classes\": [\"b\"]}\n");

        Outcome outcome = run("score", "--model", folder, "--input", input, "--output", folder.resolve("out.jsonl"));

        assertRefused(outcome, "model_type 'optt'", "opt");
    }

    @Test
    void namesTheGgufFileOfAnArchitectureThatIsNotRead() throws IOException {
        Path input = Files.writeString(folder.resolve("in.jsonl"), "{\"text\": \"a\", \"classes\": [\"b\"]}");
        Path model = Files.write(
                folder.resolve("model.gguf"),
                new GgufBuilder().text("general.architecture", "mamba").build());

        Outcome outcome = run("score", "--model", model, "--input", input, "--output", folder.resolve("out.jsonl"));

        assertRefused(
                outcome,
                model + ": general.architecture 'mamba' is not supported as a GGUF file; supported are arcee,",
                "gemma3, gpt2, gptneox,",
                "starcoder2");
    }

    @Test
    void refusesAnUnknownDtype() {
        Outcome outcome = run("score", "--model", "m", "--input", "i", "--output", "o", "--dtype", "int3");

        assertRefused(outcome, "--dtype", "int3");
    }

    @Test
    void namesTheMisspeltOptionRatherThanTheMissingOne() {
        Outcome outcome = run("score", "--modle", "m", "--input", "i", "--output", "o");

        assertRefused(outcome, "--modle");
    }

    @Test
    void saysInWordsWhatIsWrongWithAFile() {
        Path missing = folder.resolve("missing.jsonl");

        Outcome outcome = run("score", "--model", folder, "--input", missing, "--output", folder.resolve("out.jsonl"));

        assertRefused(outcome, missing + " cannot be read: no such file or folder");
        assertThat(outcome.err()).doesNotContain("Exception");
    }

    @Test
    void listsFamilies() {
        Outcome outcome = run("models");

        assertThat(outcome.code()).isZero();
        assertThat(outcome.out().lines())
                .anyMatch(line -> line.startsWith("opt "))
                .anyMatch(line -> line.startsWith("GGUF files ") && line.contains(" gemma3, gpt2,"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"score", "metrics", "bench", "models", "verify"})
    void helpBreaksLinesBetweenWordsOnly(String command) {
        String wide = help(command, 1000);

        assertThat(words(help(command, 80))).isSubsetOf(words(wide));
    }

    private static String help(String command, int width) {
        return EngineCommand.commandLine(command)
                .getSubcommands()
                .get(command)
                .setUsageHelpWidth(width)
                .getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    private static Set<String> words(String text) {
        return new TreeSet<>(List.of(text.strip().split("\\s+")));
    }

    private static void assertRefused(Outcome outcome, String... parts) {
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err()).contains(parts);
    }

    private List<String> leftBehind() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static Outcome run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                EngineCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int code = command.execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Outcome(code, out.toString(), err.toString());
    }
}
