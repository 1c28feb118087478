package io.logprobe.engine;

import io.logprobe.engine.model.ModelCosts;
import io.logprobe.engine.model.PassListener;
import java.time.Duration;
import java.util.List;

/// How far a job is, by the operations done: a layer and the head take different times, and so do blocks.
///
/// @param before operations of all blocks before each block
@SuppressWarnings("ArrayRecordComponent")
record JobProgress(int examples, List<ScoringBlock> blocks, List<Workload> workloads, double[] before, long start) {

    static JobProgress of(int examples, List<ScoringBlock> blocks, ModelCosts costs, int headParts) {
        List<Workload> workloads = blocks.stream()
                .map(block -> Workload.of(costs, block.plan(), headParts))
                .toList();
        double[] before = new double[blocks.size() + 1];
        for (int i = 0; i < blocks.size(); i++) {
            before[i + 1] = before[i] + workloads.get(i).total();
        }
        return new JobProgress(examples, blocks, workloads, before, System.nanoTime());
    }

    double flops() {
        return before[blocks.size()];
    }

    PassListener listener(int block, ScoreSink sink) {
        return (step, steps) -> {
            double fraction =
                    flops() == 0 ? 1 : (before[block] + workloads.get(block).after(step)) / flops();
            Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
            Duration remaining = fraction == 0
                    ? Duration.ZERO
                    : Duration.ofNanos((long) (elapsed.toNanos() * (1 - fraction) / fraction));
            sink.progress(new Progress(
                    blocks.get(block).first(),
                    examples,
                    block,
                    blocks.size(),
                    step,
                    steps,
                    fraction,
                    elapsed,
                    remaining));
        };
    }
}
