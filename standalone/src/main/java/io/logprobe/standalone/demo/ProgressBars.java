package io.logprobe.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A job's evaluations as one line each.
final class ProgressBars {

    private static final int WIDTH = 30;

    private ProgressBars() {}

    static List<String> render(JsonNode job) {
        List<String> lines = new ArrayList<>();
        for (JsonNode evaluation : job.path("evaluations")) {
            int done = evaluation.path("done").asInt();
            int total = evaluation.path("total").asInt();
            double share = total == 0 ? 0 : (double) done / total;
            int filled = (int) Math.round(share * WIDTH);
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-26s [%s%s] %4d/%d %s",
                    evaluation.at("/model/id").asText(),
                    "█".repeat(filled),
                    "·".repeat(WIDTH - filled),
                    done,
                    total,
                    state(evaluation)));
        }
        return lines;
    }

    private static String state(JsonNode evaluation) {
        return switch (evaluation.path("state").asText()) {
            case "RUNNING" -> evaluation.path("phase").asText("");
            case "FAILED" -> "failed: " + evaluation.at("/failure/message").asText();
            case String state -> state.toLowerCase(Locale.ROOT);
        };
    }
}
