package io.logprobe.engine.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// One round of a benchmark.
///
/// @param float32Flops rate of float32 products, operations per second
/// @param bfloat16Flops rate of products of bfloat16 weights, as the backend computes them
/// @param pairsPerSecond ours
/// @param limit pairs per second if the job were nothing but necessary products at the better rate
/// @param peers pairs per second of lm-evaluation-harness, by batch size; empty where there is none
public record Measurement(
        double float32Flops, double bfloat16Flops, double pairsPerSecond, double limit, List<Double> peers) {

    public Measurement {
        peers = List.copyOf(peers);
    }

    double share() {
        return pairsPerSecond / limit;
    }

    /// The round with the median share of the limit.
    public static Measurement median(List<Measurement> rounds) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(Measurement::share))
                .toList()
                .get(rounds.size() / 2);
    }

    /// For people.
    public String line() {
        return String.format(
                Locale.ROOT,
                "%.0f GFLOP/s float32, %.0f bfloat16; %.1f pairs/s = %.0f %% of the limit %.1f%s",
                float32Flops / 1e9,
                bfloat16Flops / 1e9,
                pairsPerSecond,
                100 * share(),
                limit,
                peers.isEmpty() ? "" : "; lm-evaluation-harness " + peerText());
    }

    /// A row of a Markdown table.
    public String row(String name) {
        return String.format(
                Locale.ROOT,
                "| %s | %.0f / %.0f | %.1f | %.0f %% | %s |%n",
                name,
                float32Flops / 1e9,
                bfloat16Flops / 1e9,
                pairsPerSecond,
                100 * share(),
                peerText());
    }

    private String peerText() {
        return IntStream.range(0, peers.size())
                .mapToObj(i -> String.format(Locale.ROOT, "%.1f (%.1fx)", peers.get(i), pairsPerSecond / peers.get(i)))
                .collect(Collectors.joining(", "));
    }
}
