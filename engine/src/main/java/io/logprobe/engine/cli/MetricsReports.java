package io.logprobe.engine.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.metrics.Estimate;
import io.logprobe.engine.metrics.MetricsReport;
import io.logprobe.engine.metrics.PairedComparison;
import io.logprobe.engine.metrics.Trend;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Metrics of a model, its comparisons with others and the trend over their sizes, for programs and for people.
final class MetricsReports {

    private final MetricsReport report;
    private final Map<String, PairedComparison> comparisons = new LinkedHashMap<>();
    private final Map<String, Trend> trends = new LinkedHashMap<>();

    MetricsReports(MetricsReport report) {
        this.report = report;
    }

    void compared(String other, PairedComparison comparison) {
        comparisons.put(other, comparison);
    }

    void trend(Trend accuracy, Trend loss) {
        trends.put("accuracy", accuracy);
        trends.put("loss", loss);
    }

    private Map<String, Estimate> estimates() {
        Map<String, Estimate> estimates = new LinkedHashMap<>();
        estimates.put("accuracy", report.accuracy());
        estimates.put("loss", report.loss());
        estimates.put("coverage", report.coverage());
        estimates.put("acc_norm", report.accNorm());
        estimates.put("acc_bytes", report.accBytes());
        estimates.put("acc_token", report.accToken());
        estimates.put("pmi", report.pmi());
        estimates.put("brier", report.brier());
        estimates.put("ece", report.ece());
        return estimates;
    }

    /// Metrics that are not known are null.
    String json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("examples", report.examples());
        json.put("with_target", report.withTarget());
        estimates().forEach((name, estimate) -> json.set(name, estimate == null ? null : json(estimate)));
        ObjectNode compared = json.putObject("compared");
        comparisons.forEach((other, comparison) -> {
            ObjectNode pair = compared.putObject(other);
            pair.put("only_this_correct", comparison.onlyFirst());
            pair.put("only_other_correct", comparison.onlySecond());
            pair.set("accuracy_difference", json(comparison.accuracyDifference()));
            pair.put("accuracy_p_mcnemar", comparison.accuracyP());
            pair.set("loss_difference", json(comparison.lossDifference()));
            pair.put("loss_p_paired_t", comparison.lossP());
        });
        ObjectNode trend = json.putObject("trend_per_tenfold_parameters");
        trends.forEach((name, slope) -> trend.set(name, json(slope.perTenfold())));
        return json.toString();
    }

    private static ObjectNode json(Estimate estimate) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("value", estimate.mean())
                .put("stderr", estimate.standardError())
                .put("low", estimate.low())
                .put("high", estimate.high());
    }

    /// Metrics that are not known are left out.
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%d examples, %d with target%n%-20s %9s   %-20s %9s",
                report.examples(),
                report.withTarget(),
                "",
                "value",
                "95 % interval",
                "std. err."));
        estimates().forEach((name, estimate) -> {
            if (estimate != null) {
                text.append(line(name, estimate));
            }
        });
        comparisons.forEach((other, comparison) -> text.append(String.format(
                        Locale.ROOT,
                        "%n%s less this: %d and %d examples right for one of them only",
                        other,
                        comparison.onlySecond(),
                        comparison.onlyFirst()))
                .append(line("accuracy", comparison.accuracyDifference()))
                .append(String.format(Locale.ROOT, "   p = %.4g (McNemar, exact)", comparison.accuracyP()))
                .append(line("loss", comparison.lossDifference()))
                .append(String.format(Locale.ROOT, "   p = %.4g (paired t)", comparison.lossP())));
        if (!trends.isEmpty()) {
            text.append(String.format(Locale.ROOT, "%nchange for ten times the parameters"));
            trends.forEach((name, slope) -> text.append(line(name, slope.perTenfold())));
        }
        return text.toString();
    }

    private static String line(String name, Estimate estimate) {
        return String.format(
                Locale.ROOT,
                "%n%-20s %9.4f   %-20s %9.4f",
                name,
                estimate.mean(),
                String.format(Locale.ROOT, "%.4f to %.4f", estimate.low(), estimate.high()),
                estimate.standardError());
    }
}
