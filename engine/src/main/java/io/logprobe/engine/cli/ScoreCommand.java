package io.logprobe.engine.cli;

import io.logprobe.engine.Checkpointing;
import io.logprobe.engine.EngineOptions;
import io.logprobe.engine.Example;
import io.logprobe.engine.JsonLines;
import io.logprobe.engine.ScoreSummary;
import io.logprobe.engine.Scorer;
import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.failure.InvalidInput;
import io.logprobe.engine.failure.OutputUnwritable;
import io.logprobe.engine.failure.WeightsUnreadable;
import io.logprobe.engine.memory.ByteSize;
import io.logprobe.engine.tokenizer.BosPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        description = "Scores a JSON Lines file of {\"text\", \"classes\", \"target\"} rows with a model folder.")
final class ScoreCommand implements Callable<Integer> {

    enum SummaryForm {
        TEXT,
        JSON
    }

    @Option(
            names = "--model",
            required = true,
            paramLabel = "PATH",
            description = "folder with config.json, weights and tokenizer, or a GGUF file, any part if it is split")
    private Path model;

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "rows to score")
    private Path input;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "one result per input row, in order; needed unless --explain is given")
    private Path output;

    @Option(
            names = "--dtype",
            defaultValue = "float32",
            paramLabel = "TYPE",
            description = "float32 or bfloat16 (${DEFAULT-VALUE})")
    private ComputeType dtype;

    @Option(
            names = "--backend",
            defaultValue = "auto",
            paramLabel = "NAME",
            description = "auto, cpu, cuda or reference (${DEFAULT-VALUE})")
    private BackendChoice backend;

    @Option(
            names = "--bos",
            defaultValue = "tokenizer",
            paramLabel = "POLICY",
            description = "beginning-of-sequence token: tokenizer, always or never (${DEFAULT-VALUE})")
    private BosPolicy bos;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "bound on weights, hidden states and activations, such as 4GiB")
    private ByteSize memory;

    @Option(
            names = "--devices",
            defaultValue = "1",
            paramLabel = "N",
            description = "number of GPUs that share the job; --memory is for each (${DEFAULT-VALUE})")
    private int devices;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "file that keeps the job's state between layers; a job that finds it continues from there "
                    + "(default with --memory: OUTPUT.checkpoint, unless the output is a pipe or a device)")
    private Path checkpoint;

    @Option(
            names = "--checkpoint-interval",
            defaultValue = "20",
            paramLabel = "SECONDS",
            description = "seconds of work that may be lost at most, beside the layer in work (${DEFAULT-VALUE})")
    private int checkpointInterval;

    @Option(
            names = "--read-timeout",
            defaultValue = "600",
            paramLabel = "SECONDS",
            description = "seconds that the weights of one layer may take to arrive from the disk (${DEFAULT-VALUE})")
    private int readTimeout;

    @Option(names = "--explain", description = "print what the job will cost instead of doing it")
    private boolean explain;

    @Option(names = "--progress", description = "say on standard error after each layer how far the job is")
    private boolean progress;

    @Option(names = "--limit", paramLabel = "N", description = "score the first N rows only")
    private Integer limit;

    @Option(
            names = "--unconditional",
            description = "score the classes after an empty prompt instead of their own, as the metric pmi needs them")
    private boolean unconditional;

    @Option(
            names = "--summary",
            defaultValue = "text",
            paramLabel = "FORM",
            description = "form of the last line: text or json")
    private SummaryForm summary;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (limit != null && limit < 1) {
            throw new InvalidInput("--limit must be positive, not " + limit);
        }
        if (checkpointInterval < 0) {
            throw new InvalidInput("--checkpoint-interval must not be negative, not " + checkpointInterval);
        }
        if (readTimeout < 1) {
            throw new InvalidInput("--read-timeout must be positive, not " + readTimeout);
        }
        EngineOptions options = EngineOptions.DEFAULT
                .withReadTimeout(Duration.ofSeconds(readTimeout))
                .withDtype(dtype)
                .withBackend(backend)
                .withBos(bos)
                .withDevices(devices)
                .withMemoryBytes(memory == null ? EngineOptions.UNBOUNDED : memory.bytes());
        Scorer.prepare(options);
        List<Example> examples = JsonLines.read(input, limit == null ? Integer.MAX_VALUE : limit).stream()
                .map(example -> unconditional ? example.unconditional() : example)
                .toList();
        if (explain) {
            return explain(options, examples);
        }
        if (output == null) {
            throw new InvalidInput("--output is missing: where should the results go?");
        }
        Path state = checkpoint != null || memory == null ? checkpoint : besideResults();
        if (state != null) {
            options = options.withCheckpointing(new Checkpointing(state, Duration.ofSeconds(checkpointInterval)));
        }
        ScoreSummary result = score(options, examples, state);
        spec.commandLine()
                .getOut()
                .println(
                        switch (summary) {
                            case JSON -> Summaries.json(result);
                            case TEXT -> Summaries.text(result);
                        });
        return 0;
    }

    /// Where nobody has named a checkpoint: there is none beside a pipe or a device, whose folder is not ours.
    private Path besideResults() {
        return Files.exists(output) && !Files.isRegularFile(output)
                ? null
                : output.resolveSibling(output.getFileName() + ".checkpoint");
    }

    private ScoreSummary score(EngineOptions options, List<Example> examples, Path state) {
        try (ResultFile file = ResultFile.create(output);
                Scorer scorer = Scorer.open(model, options)) {
            return scorer.score(
                    examples,
                    progress ? new ProgressLine(file, spec.commandLine().getErr()) : file);
        } catch (WeightsUnreadable e) {
            throw new WeightsUnreadable(e.getMessage() + continuation(state), e);
        } catch (OutputUnwritable e) {
            throw new OutputUnwritable(e.getMessage() + continuation(state), e);
        }
    }

    private static String continuation(Path state) {
        return state != null && Files.exists(state) ? "; the same command continues from " + state : "";
    }

    private int explain(EngineOptions options, List<Example> examples) {
        // Without a bound, opening would load all weights.
        EngineOptions unloaded = memory == null ? options.withMemoryBytes(EngineOptions.UNBOUNDED - 1) : options;
        try (Scorer scorer = Scorer.open(model, unloaded)) {
            spec.commandLine().getOut().println(Summaries.plan(scorer.explain(examples)));
        }
        return 0;
    }
}
