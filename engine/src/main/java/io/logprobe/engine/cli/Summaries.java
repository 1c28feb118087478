package io.logprobe.engine.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.JobPlan;
import io.logprobe.engine.ScoreSummary;
import java.util.Locale;

/// A job's summary, for programs and for people.
final class Summaries {

    private Summaries() {}

    static String json(ScoreSummary summary) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("examples", summary.examples());
        json.put("pairs", summary.pairs());
        json.put("rows", summary.rows());
        json.put("tokens", summary.tokens());
        json.putObject("seconds")
                .put("load", summary.loadSeconds())
                .put("plan", summary.planSeconds())
                .put("score", summary.scoreSeconds())
                .put("earlier_processes", summary.earlierSeconds())
                .put("start_to_first_layer", summary.startSeconds());
        json.put("pairs_per_s", summary.pairsPerSecond());
        json.put("truncated", summary.truncated());
        json.put("boundary_mismatches", summary.boundaryMismatches());
        json.put("accuracy", summary.accuracy());
        json.put("loss", summary.loss());
        json.put("backend", summary.backend());
        json.put("backend_detail", summary.backendDetail());
        json.put("dtype", dtype(summary));
        json.put("peak_memory_bytes", summary.peakMemoryBytes());
        json.put("tflop", summary.flops() / 1e12);
        json.put("blocks", summary.blocks());
        json.put("streamed_bytes", summary.streamedBytes());
        return json.toString();
    }

    static String text(ScoreSummary summary) {
        String quality = summary.accuracy() == null
                ? ""
                : String.format(Locale.ROOT, ", accuracy %.4f, loss %.4f", summary.accuracy(), summary.loss());
        return String.format(
                Locale.ROOT,
                "%d examples, %d pairs%s; %.1f pairs/s (load %.2f s, plan %.2f s, score %.2f s) on %s %s; %d truncated, "
                        + "%d boundary mismatches",
                summary.examples(),
                summary.pairs(),
                quality,
                summary.pairsPerSecond(),
                summary.loadSeconds(),
                summary.planSeconds(),
                summary.scoreSeconds(),
                summary.backend(),
                dtype(summary),
                summary.truncated(),
                summary.boundaryMismatches());
    }

    static String plan(JobPlan plan) {
        return String.format(
                Locale.ROOT,
                """
                %d examples, %d pairs, %d rows to compute, %d of them with the head
                %.3f TFLOP at %.0f GFLOP/s: about %.1f s of products
                passes over the weights: %d; %d MiB stay, %d MiB are read in each, at %.0f MiB/s: about %.1f s of reading
                at most %d MiB of memory for weights, hidden states, keys, values and activations""",
                plan.examples(),
                plan.pairs(),
                plan.rows(),
                plan.headRows(),
                plan.flops() / 1e12,
                plan.flopsPerSecond() / 1e9,
                plan.computeSeconds(),
                plan.blocks(),
                mebibytes(plan.residentBytes()),
                mebibytes(plan.streamedBytes()),
                plan.bytesPerSecond() / (1 << 20),
                plan.readSeconds(),
                mebibytes(plan.peakBytes()));
    }

    private static long mebibytes(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20);
    }

    private static String dtype(ScoreSummary summary) {
        return summary.dtype().name().toLowerCase(Locale.ROOT);
    }
}
