package io.logprobe.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A job's figures, one line per model.
final class ResultTable {

    private ResultTable() {}

    static List<String> render(JsonNode job) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                "  %-26s %10s  %-18s %8s %12s", "model", "parameters", "accuracy (95 %)", "loss", "examples/s"));
        for (JsonNode evaluation : job.path("evaluations")) {
            lines.add(
                    evaluation.path("metrics").isObject()
                            ? figures(evaluation)
                            : String.format(
                                    "  %-26s %s",
                                    evaluation.at("/model/id").asText(),
                                    evaluation.path("state").asText().toLowerCase(Locale.ROOT)));
        }
        job.path("evaluations").forEach(evaluation -> truncation(evaluation).ifPresent(lines::add));
        return lines;
    }

    /// Over-long texts are scored, cut on the left; nobody may overlook that.
    private static Optional<String> truncation(JsonNode evaluation) {
        int truncated = evaluation.at("/metrics/truncatedCount").asInt();
        return truncated == 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "  %s: %d of %d texts were longer than the model takes and were cut on the left",
                        evaluation.at("/model/id").asText(),
                        truncated,
                        evaluation.at("/metrics/exampleCount").asInt()));
    }

    private static String figures(JsonNode evaluation) {
        JsonNode accuracy = evaluation.at("/metrics/accuracy");
        double value = accuracy.path("value").asDouble();
        // Wilson's interval is not symmetric; the wider side is shown.
        double half = Math.max(
                accuracy.path("high95").asDouble() - value,
                value - accuracy.path("low95").asDouble());
        return String.format(
                Locale.ROOT,
                "  %-26s %,10d  %5.1f %% ± %4.1f %%  %8.3f %12.0f",
                evaluation.at("/model/id").asText(),
                evaluation.at("/model/parameterCount").asLong(),
                100 * value,
                100 * half,
                evaluation.at("/metrics/loss/value").asDouble(),
                evaluation.path("examplesPerSecond").asDouble());
    }
}
