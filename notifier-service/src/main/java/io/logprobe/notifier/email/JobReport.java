package io.logprobe.notifier.email;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.outcome.Estimate;
import io.logprobe.contracts.outcome.EvaluationMetrics;
import io.logprobe.contracts.outcome.JobConcluded;
import io.logprobe.contracts.outcome.JobConcluded.EvaluationResult;
import io.logprobe.notifier.ledger.Receipt;
import io.logprobe.notifier.ledger.SideEffectResult;
import io.quarkus.qute.TemplateData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an e-mail tells about a job, ready to be laid out.
///
/// @param subject one line
/// @param dataset what was scored
/// @param synthetic whether the dataset is one of the product's own demonstration
/// @param jobPage where everything about the job is
/// @param rows one per evaluation, in the order they were submitted
@TemplateData
public record JobReport(String subject, String dataset, boolean synthetic, String jobPage, List<Row> rows) {

    private static final int MAX_LINE_LENGTH = 300;
    private static final String DEMO_OWNER = "logprobe-demo/";

    /// One evaluation.
    ///
    /// @param model repository, and the GGUF file in it if the model is one
    /// @param accuracy with its 95 % interval, or a dash
    /// @param loss mean loss, or a dash
    /// @param examples how many were scored, and how many of them were truncated if any were, or a dash
    /// @param pullRequest address, or an empty text
    /// @param remark what went wrong, or an empty text
    @TemplateData
    public record Row(String model, String accuracy, String loss, String examples, String pullRequest, String remark) {}

    static JobReport of(JobConcluded job, Map<String, SideEffectResult> pullRequests, String jobPage) {
        long completed = job.evaluations().stream()
                .filter(evaluation -> evaluation.conclusion() == Conclusion.COMPLETED)
                .count();
        int all = job.evaluations().size();
        String subject = "Logprobe: %d of %d %s evaluated on %s"
                .formatted(
                        completed,
                        all,
                        all == 1 ? "model" : "models",
                        job.dataset().id());
        String dataset = job.dataset().id() + " (" + line(job.dataset().config()) + ", "
                + line(job.dataset().split()) + ", " + job.dataset().exampleCount() + " examples)";
        return new JobReport(
                subject,
                dataset,
                job.dataset().id().startsWith(DEMO_OWNER),
                jobPage,
                job.evaluations().stream()
                        .map(evaluation -> row(
                                evaluation,
                                job.publish(),
                                Optional.ofNullable(pullRequests.get(
                                        evaluation.evaluationId().toString()))))
                        .toList());
    }

    private static Row row(EvaluationResult evaluation, boolean publish, Optional<SideEffectResult> pullRequest) {
        String model = evaluation.model().name();
        return switch (evaluation.conclusion()) {
            case FAILED ->
                new Row(
                        model,
                        "–",
                        "–",
                        "–",
                        "",
                        "failed: " + line(evaluation.failure().message()));
            case CANCELLED -> new Row(model, "–", "–", "–", "", "cancelled");
            case COMPLETED -> {
                Optional<Receipt> receipt = pullRequest.flatMap(SideEffectResult::receipt);
                Optional<Failure> failure = pullRequest.flatMap(SideEffectResult::failure);
                String remark = "";
                if (publish && receipt.isEmpty()) {
                    remark = failure.map(f -> "no pull request: " + line(f.message()))
                            .orElse("the pull request is still pending");
                }
                yield new Row(
                        model,
                        interval(evaluation.metrics().accuracy()),
                        number(evaluation.metrics().loss()),
                        examples(evaluation.metrics()),
                        receipt.map(Receipt::detail).orElse(""),
                        remark);
            }
        };
    }

    private static String examples(EvaluationMetrics metrics) {
        return metrics.truncatedCount() == 0
                ? Integer.toString(metrics.exampleCount())
                : "%d (%d truncated)".formatted(metrics.exampleCount(), metrics.truncatedCount());
    }

    private static String interval(Estimate estimate) {
        return estimate == null
                ? "–"
                : "%.4f (%.4f to %.4f)".formatted(estimate.value(), estimate.low95(), estimate.high95());
    }

    private static String number(Estimate estimate) {
        return estimate == null ? "–" : "%.4f".formatted(estimate.value());
    }

    /// A text that users or other systems chose, in one line of bounded length.
    private static String line(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]+", " ").strip();
        return line.length() > MAX_LINE_LENGTH ? line.substring(0, MAX_LINE_LENGTH) + "…" : line;
    }

    /// The table for readers without HTML, its columns aligned.
    public String table() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("Model", "Accuracy (95 %)", "Loss", "Examples"));
        rows.forEach(row -> lines.add(List.of(row.model(), row.accuracy(), row.loss(), row.examples())));
        int[] widths = new int[4];
        lines.forEach(cells -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], cells.get(i).length());
            }
        });
        StringBuilder table = new StringBuilder();
        for (List<String> cells : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                text.append(cells.get(i))
                        .append(" ".repeat(widths[i] - cells.get(i).length() + 2));
            }
            table.append(text.toString().stripTrailing()).append('\n');
        }
        return table.toString().stripTrailing();
    }
}
