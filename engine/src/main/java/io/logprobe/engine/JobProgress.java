package io.logprobe.engine;

import io.logprobe.engine.model.ModelCosts;
import io.logprobe.engine.model.PassListener;
import java.time.Duration;
import java.util.List;

/// How far a job is, by the operations done: a layer and the head take different times, and so do blocks.
///
/// @param before operations of all blocks before each block, and of all
/// @param restored operations that an earlier process has done
@SuppressWarnings("ArrayRecordComponent")
record JobProgress(
        int examples, List<ScoringBlock> blocks, List<Workload> workloads, double[] before, double restored) {

    static JobProgress of(int examples, List<ScoringBlock> blocks, ModelCosts costs, int headParts) {
        return of(
                examples,
                blocks,
                blocks.stream()
                        .map(block -> Workload.of(costs, block.plan(), headParts))
                        .toList());
    }

    static JobProgress of(int examples, List<ScoringBlock> blocks, List<Workload> workloads) {
        double[] before = new double[blocks.size() + 1];
        for (int i = 0; i < blocks.size(); i++) {
            before[i + 1] = before[i] + workloads.get(i).total();
        }
        return new JobProgress(examples, blocks, workloads, before, 0);
    }

    /// The progress of a job that is continued after `blocksDone` blocks and `layersDone` layers of the next one.
    JobProgress continuedAfter(int blocksDone, int layersDone) {
        double operations = before[blocksDone]
                + (layersDone == 0 ? 0 : workloads.get(blocksDone).after(1 + layersDone));
        return new JobProgress(examples, blocks, workloads, before, operations);
    }

    double flops() {
        return before[blocks.size()];
    }

    /// Hears of the steps of a block, in a job that this process began at `start`.
    PassListener listener(int block, long start, Pace pace, ScoreSink sink) {
        return (step, steps) ->
                sink.progress(after(block, step, steps, pace, Duration.ofNanos(System.nanoTime() - start)));
    }

    /// The progress after `step` of `steps` steps of a block.
    ///
    /// @param elapsed since this process began to work on the job
    Progress after(int block, int step, int steps, Pace pace, Duration elapsed) {
        double operations = before[block] + workloads.get(block).after(step);
        return new Progress(
                blocks.get(block).first(),
                examples,
                block,
                blocks.size(),
                step,
                steps,
                flops() == 0 ? 1 : operations / flops(),
                elapsed,
                pace.remaining(operations - restored, flops() - operations, elapsed));
    }
}
