package io.logprobe.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchCommandTest {

    private static final Path MODEL = Path.of("../../shared/golden/opt-350m-style");

    private record Outcome(int code, String out, String err) {}

    @TempDir
    Path folder;

    private Path input;

    @BeforeEach
    void rows() throws IOException {
        assumeTrue(Files.isDirectory(MODEL), () -> MODEL + " is not there");
        input = Files.writeString(folder.resolve("in.jsonl"), """
                {"text": "The nurse said that", "classes": [" she", " he was"], "target": 1}
                {"text": "The", "classes": [" end"]}
                """);
    }

    @Test
    void measuresBothInTurnsAndAppendsTheMedian() throws IOException {
        Path calls = folder.resolve("calls");
        Path python = python("echo $5 >> " + calls + "; echo '{\"pairs_per_s\": 0.5}'");
        Path page = Files.writeString(folder.resolve("page.md"), "# Figures\n");

        Outcome outcome = bench("--repeat", 2, "--batch", "1,16", "--python", python, "--append", page);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines).hasSize(3).allSatisfy(line -> assertThat(line)
                .matches(".*\\d GFLOP/s float32, \\d+ bfloat16; [\\d.]+ pairs/s = \\d+ % of the limit [\\d.]+; "
                        + "lm-evaluation-harness 0.5 \\([\\d.]+x\\), 0.5 \\([\\d.]+x\\)"));
        assertThat(lines.getLast()).startsWith("median: ");
        assertThat(calls).hasContent("1\n16\n1\n16\n");
        assertThat(Files.readAllLines(page)).hasSize(2);
        assertThat(Files.readAllLines(page).getLast()).startsWith("| opt-350m-style, in.jsonl, float32 | ");
    }

    @Test
    void pythonThatHasNoHarnessIsRefusedBeforeAnythingIsMeasured() throws IOException {
        Path python = python("echo 'Traceback' >&2; echo 'ModuleNotFoundError: No module named lm_eval' >&2; exit 1");

        Outcome outcome = bench("--python", python);

        assertThat(outcome.err())
                .isEqualToNormalizingNewlines(
                        "logprobe: " + python + " failed: ModuleNotFoundError: No module named lm_eval\n");
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "--repeat, 0, '--repeat must be positive, not 0'",
        "--limit, 0, '--limit must be positive, not 0'",
        "--batch, '4,0', '--batch must be positive, not 0'",
        "--python, /nowhere/python, '/nowhere/python cannot be run: '",
        "--input, /nowhere/rows.jsonl, '/nowhere/rows.jsonl cannot be read: no such file or folder'",
        "--model, /nowhere, '/nowhere: neither config.json nor a GGUF file'",
        "--append, /nowhere/page.md, '/nowhere/page.md cannot be written: no such file or folder'"
    })
    void whatCannotBeUsedIsSaidOnOneLineBeforeAnythingIsMeasured(String option, String value, String line) {
        Outcome outcome = bench(option, value);

        assertThat(outcome.err().lines()).singleElement().asString().startsWith("logprobe: " + line);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.code()).isEqualTo(2);
    }

    /// An interpreter that does as `commands` say when it is given a script with five arguments, or any other words.
    private Path python(String commands) throws IOException {
        String harness = commands.contains("exit") ? commands : "[ \"$1\" = -c ] && { echo '{}'; exit; }\n" + commands;
        Path python = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + harness + "\n");
        return Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
    }

    private Outcome bench(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                EngineCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        command.setOverwrittenOptionsAllowed(true);
        int code = command.execute(
                Stream.concat(Stream.of("bench", "cpu", "--model", MODEL, "--input", input), Stream.of(arguments))
                        .map(Object::toString)
                        .toArray(String[]::new));
        return new Outcome(code, out.toString(), err.toString());
    }
}
