package io.logprobe.engine;

import io.logprobe.engine.metrics.Metrics;
import io.logprobe.engine.model.MemoryPlan;
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.tokenizer.EncodedPair;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/// Counts and times of a job in progress.
final class JobTally {

    private final int examples;
    private Duration loadTime;
    private int pairs;
    private long rows;
    private long tokens;
    private int truncated;
    private int boundaryMismatches;
    private int withTarget;
    private int correct;
    private double loss;
    private Duration planTime = Duration.ZERO;
    private Duration scoreTime = Duration.ZERO;
    private Duration earlierTime = Duration.ZERO;
    private double startSeconds;

    JobTally(int examples, Duration loadTime) {
        this.examples = examples;
        this.loadTime = loadTime;
    }

    void loaded(Duration time) {
        loadTime = loadTime.plus(time);
    }

    void planned(Duration time) {
        planTime = planTime.plus(time);
    }

    /// Earlier processes have scored some of the job.
    void continued(Duration time) {
        earlierTime = time;
        scoreTime = scoreTime.plus(time);
    }

    /// The first layer begins.
    void started() {
        startSeconds = startSeconds == 0 ? ProcessAge.seconds() : startSeconds;
    }

    void computed(ScoringPlan plan, List<EncodedPair> ofPairs, Duration time) {
        scoreTime = scoreTime.plus(time);
        rows += plan.trie().rows();
        pairs += ofPairs.size();
        for (EncodedPair pair : ofPairs) {
            tokens += pair.input().length;
            boundaryMismatches += pair.boundaryMismatch() ? 1 : 0;
        }
    }

    void scored(List<ScoredExample> results) {
        for (ScoredExample result : results) {
            truncated += result.truncated() ? 1 : 0;
            if (result.target() != null) {
                withTarget++;
                correct += result.prediction() == result.target() ? 1 : 0;
                loss += Metrics.loss(result.logprobs(), result.target());
            }
        }
    }

    ScoreSummary summary(double flops, int blocks, MemoryPlan memory, ModelDescription model) {
        return summary(flops, blocks, memory.streams() ? memory.streamedBytes() : 0, model, model.backendDetail());
    }

    /// Of a job whose parts were scored side by side.
    ///
    /// @param time what all parts took together
    ScoreSummary summary(List<ScoreSummary> parts, Duration time, ModelDescription model) {
        double load = 0;
        double earlier = 0;
        double flops = 0;
        int blocks = 0;
        long streamed = 0;
        for (ScoreSummary part : parts) {
            pairs += part.pairs();
            rows += part.rows();
            tokens += part.tokens();
            boundaryMismatches += part.boundaryMismatches();
            load = Math.max(load, part.loadSeconds());
            earlier = Math.max(earlier, part.earlierSeconds());
            startSeconds = startSeconds == 0 ? part.startSeconds() : Math.min(startSeconds, part.startSeconds());
            flops += part.flops();
            blocks = Math.max(blocks, part.blocks());
            streamed = Math.max(streamed, part.streamedBytes());
        }
        loadTime = loadTime.plusNanos((long) (load * 1e9));
        scoreTime = scoreTime.plus(time);
        continued(Duration.ofNanos((long) (earlier * 1e9)));
        String detail = parts.size() == 1
                ? model.backendDetail()
                : parts.size() + " devices: "
                        + parts.stream()
                                .map(ScoreSummary::backendDetail)
                                .distinct()
                                .collect(Collectors.joining("; "));
        return summary(flops, blocks, streamed, model, detail);
    }

    private ScoreSummary summary(double flops, int blocks, long streamedBytes, ModelDescription model, String detail) {
        double seconds = seconds(planTime) + seconds(scoreTime);
        return new ScoreSummary(
                examples,
                pairs,
                rows,
                tokens,
                seconds(loadTime),
                seconds(planTime),
                seconds(scoreTime),
                seconds(earlierTime),
                startSeconds,
                seconds == 0 ? 0 : pairs / seconds,
                truncated,
                boundaryMismatches,
                withTarget == 0 ? null : (double) correct / withTarget,
                withTarget == 0 ? null : loss / withTarget,
                model.backend(),
                detail,
                model.dtype(),
                ProcessMemory.peakBytes(),
                flops,
                blocks,
                streamedBytes);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
