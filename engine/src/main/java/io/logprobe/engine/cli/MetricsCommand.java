package io.logprobe.engine.cli;

import io.logprobe.engine.Example;
import io.logprobe.engine.JsonLines;
import io.logprobe.engine.failure.InvalidInput;
import io.logprobe.engine.metrics.Metrics;
import io.logprobe.engine.metrics.MetricsReport;
import io.logprobe.engine.metrics.PairedComparison;
import io.logprobe.engine.metrics.ScoredClasses;
import io.logprobe.engine.metrics.Trend;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "metrics",
        mixinStandardHelpOptions = true,
        description = "Computes every metric from results that score has stored, without the model.")
final class MetricsCommand implements Callable<Integer> {

    private static final int MOST_ROWS = Integer.MAX_VALUE;

    @Option(names = "--results", required = true, description = "output file of score")
    private Path results;

    @Option(names = "--input", description = "rows that were scored, for acc_norm and acc_bytes")
    private Path input;

    @Option(names = "--unconditional", description = "output file of score --unconditional, for pmi")
    private Path unconditional;

    @Option(names = "--compare", description = "output file of another model for the same rows; may be repeated")
    private List<Path> others = List.of();

    @Option(
            names = "--parameters",
            split = ",",
            paramLabel = "COUNT,...",
            hideParamSyntax = true,
            description =
                    "parameters of the models of --results and each --compare, such as 125e6,350e6, for the trend")
    private List<Double> parameters = List.of();

    @Option(names = "--summary", defaultValue = "text", description = "form of the output: text or json")
    private ScoreCommand.SummaryForm summary;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        StoredResults stored = StoredResults.read(results);
        List<ScoredClasses> examples = examples(stored);
        Map<String, List<ScoredClasses>> compared = new LinkedHashMap<>();
        for (Path other : others) {
            StoredResults theirs = StoredResults.read(other);
            stored.requireSameExamples(theirs);
            compared.put(other.toString(), withTarget(classes(theirs)));
        }
        List<ScoredClasses> judged = withTarget(examples);
        if (!compared.isEmpty() && judged.isEmpty()) {
            throw new InvalidInput(results + " has no targets, which a comparison needs");
        }
        MetricsReports reports = new MetricsReports(MetricsReport.of(examples));
        compared.forEach((name, theirs) -> reports.compared(name, PairedComparison.of(judged, theirs)));
        if (!parameters.isEmpty()) {
            List<List<ScoredClasses>> models =
                    Stream.concat(Stream.of(judged), compared.values().stream()).toList();
            requireSizes(models.size());
            reports.trend(
                    trend(models, example -> Metrics.correct(example.logprobs(), example.target()) ? 1 : 0),
                    trend(models, example -> Metrics.loss(example.logprobs(), example.target())));
        }
        spec.commandLine()
                .getOut()
                .println(
                        switch (summary) {
                            case JSON -> reports.json();
                            case TEXT -> reports.text();
                        });
        return 0;
    }

    private List<ScoredClasses> examples(StoredResults stored) {
        List<Example> texts = input == null ? null : JsonLines.read(input, MOST_ROWS);
        StoredResults alone = unconditional == null ? null : StoredResults.read(unconditional);
        if (texts != null) {
            stored.requireCount(input, texts.size());
        }
        if (alone != null) {
            stored.requireSameExamples(alone);
        }
        List<ScoredClasses> examples = new ArrayList<>();
        for (int i = 0; i < stored.rows().size(); i++) {
            StoredResults.Row row = stored.rows().get(i);
            List<String> classes = texts == null ? null : texts.get(i).classes();
            if (classes != null) {
                stored.requireClasses(i, input, classes.size());
            }
            examples.add(new ScoredClasses(
                    row.logprobs(),
                    row.tokenCounts(),
                    classes == null
                            ? null
                            : classes.stream().map(MetricsCommand::characters).toList(),
                    classes == null
                            ? null
                            : classes.stream().map(MetricsCommand::bytes).toList(),
                    alone == null ? null : alone.rows().get(i).logprobs(),
                    row.target()));
        }
        return examples;
    }

    private static List<ScoredClasses> classes(StoredResults stored) {
        return stored.rows().stream()
                .map(row -> new ScoredClasses(row.logprobs(), row.tokenCounts(), null, null, null, row.target()))
                .toList();
    }

    private static List<ScoredClasses> withTarget(List<ScoredClasses> examples) {
        return examples.stream().filter(example -> example.target() != null).toList();
    }

    private static int characters(String text) {
        String bare = text.stripLeading();
        return bare.codePointCount(0, bare.length());
    }

    private static int bytes(String text) {
        return text.stripLeading().getBytes(StandardCharsets.UTF_8).length;
    }

    private void requireSizes(int models) {
        if (parameters.size() != models) {
            throw new InvalidInput(
                    "--parameters has " + parameters.size() + " numbers for " + models + " files of results");
        }
        if (parameters.stream().anyMatch(count -> !(count > 0 && Double.isFinite(count)))) {
            throw new InvalidInput("--parameters must be positive");
        }
        if (parameters.stream().distinct().count() < 2) {
            throw new InvalidInput("--parameters: a trend needs models of two sizes at least");
        }
    }

    private interface Value {
        double of(ScoredClasses example);
    }

    private Trend trend(List<List<ScoredClasses>> models, Value value) {
        return Trend.of(
                parameters.stream().mapToDouble(Double::doubleValue).toArray(),
                models.stream()
                        .map(examples ->
                                examples.stream().mapToDouble(value::of).toArray())
                        .toArray(double[][]::new));
    }
}
