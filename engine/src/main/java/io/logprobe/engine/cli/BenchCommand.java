package io.logprobe.engine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.logprobe.engine.JsonLines;
import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.cpu.CpuBackend;
import io.logprobe.engine.bench.GemmRate;
import io.logprobe.engine.bench.HarnessPython;
import io.logprobe.engine.bench.Measurement;
import io.logprobe.engine.bench.ScoringProcess;
import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.failure.FileFault;
import io.logprobe.engine.failure.InvalidInput;
import io.logprobe.engine.failure.OutputUnwritable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures scoring beside the rate of matrix products and, where there is a Python with lm_eval, "
                + "lm-evaluation-harness: alternating, in fresh processes, the median counts.")
final class BenchCommand implements Callable<Integer> {

    @Parameters(index = "0", description = "what to measure: cpu")
    private String subject;

    @Option(names = "--model", required = true, description = "model folder")
    private Path model;

    @Option(names = "--input", required = true, description = "rows to score")
    private Path input;

    @Option(names = "--dtype", defaultValue = "float32", description = "float32 or bfloat16 (${DEFAULT-VALUE})")
    private ComputeType dtype;

    @Option(names = "--limit", description = "score the first N rows only")
    private Integer limit;

    @Option(names = "--repeat", defaultValue = "3", description = "rounds (${DEFAULT-VALUE})")
    private int repeat;

    @Option(
            names = "--python",
            defaultValue = "${env:LOGPROBE_PYTHON}",
            description = "Python with lm_eval (default: the environment variable LOGPROBE_PYTHON, or the one that "
                    + "the tests have prepared)")
    private Path python;

    @Option(
            names = "--batch",
            split = ",",
            paramLabel = "N,...",
            hideParamSyntax = true,
            defaultValue = "1,16",
            description = "its batch sizes (${DEFAULT-VALUE})")
    private List<Integer> batches;

    @Option(names = "--append", description = "Markdown file that gets a line with the result")
    private Path append;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!subject.equals("cpu")) {
            throw new InvalidInput("bench knows 'cpu', not '" + subject + "'");
        }
        requirePositive("--repeat", repeat);
        requirePositive("--limit", limit == null ? 1 : limit);
        batches.forEach(batch -> requirePositive("--batch", batch));
        int hidden = hidden();
        JsonLines.read(input, limit == null ? Integer.MAX_VALUE : limit);
        append("");
        HarnessPython harness = python == null || python.toString().isEmpty() ? null : new HarnessPython(python);
        PrintWriter out = spec.commandLine().getOut();
        List<Measurement> rounds = new ArrayList<>();
        for (int round = 0; round < repeat; round++) {
            Measurement measured = measure(hidden, harness);
            rounds.add(measured);
            out.println(measured.line());
            out.flush();
        }
        Measurement median = Measurement.median(rounds);
        out.println("median: " + median.line());
        append(median.row(model.getFileName() + ", " + input.getFileName() + ", " + name(dtype)));
        return 0;
    }

    private static void requirePositive(String option, int value) {
        if (value < 1) {
            throw new InvalidInput(option + " must be positive, not " + value);
        }
    }

    private void append(String row) {
        if (append == null) {
            return;
        }
        try {
            Files.writeString(append, row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new OutputUnwritable(append + " cannot be written: " + FileFault.describe(e), e);
        }
    }

    private int hidden() {
        ModelConfig config = ModelConfig.open(model);
        return List.of("hidden_size", "n_embd", "d_model").stream()
                .filter(config::has)
                .findFirst()
                .map(config::size)
                .orElseThrow(() -> new InvalidInput(model + ": config.json names no width"));
    }

    private Measurement measure(int hidden, HarnessPython harness) {
        double floats;
        double narrow;
        try (Backend backend = new CpuBackend(ComputeType.FLOAT32)) {
            floats = GemmRate.ofBlock(backend, hidden, 2);
        }
        try (Backend backend = new CpuBackend(ComputeType.BFLOAT16)) {
            narrow = GemmRate.ofBlock(backend, hidden, 2);
        }
        JsonNode ours = ScoringProcess.ours(model, input, name(dtype), limit);
        List<Double> theirs = new ArrayList<>();
        if (harness != null) {
            for (int batch : batches) {
                theirs.add(harness.pairsPerSecond(model, input, name(dtype), batch, limit));
            }
        }
        double rate = dtype == ComputeType.FLOAT32 ? floats : Math.max(floats, narrow);
        return new Measurement(
                floats,
                narrow,
                ours.get("pairs_per_s").doubleValue(),
                ours.get("pairs").intValue() * rate / (ours.get("tflop").doubleValue() * 1e12),
                theirs);
    }

    private static String name(ComputeType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
