package io.logprobe.worker.evaluation;

import io.logprobe.contracts.command.RunEvaluation;
import io.logprobe.contracts.evaluation.ExampleScore;
import io.logprobe.contracts.evaluation.ExamplesScored;
import io.logprobe.engine.Progress;
import io.logprobe.engine.ScoreSink;
import io.logprobe.engine.ScoredExample;
import io.logprobe.worker.log.AttemptLog;
import java.util.List;
import java.util.concurrent.CancellationException;

/// Writes results into the evaluation's log as the engine delivers them.
final class ResultLog implements ScoreSink {

    /// Keeps a record small and is the most that is scored twice after a crash within a block.
    private static final int EXAMPLES_PER_ENTRY = 64;

    private final RunEvaluation command;
    private final AttemptLog log;
    private final RemainingExamples remaining;
    private final ProgressReport progress;
    private int sequence;

    ResultLog(RunEvaluation command, AttemptLog log, RemainingExamples remaining, ProgressReport progress) {
        this.command = command;
        this.log = log;
        this.remaining = remaining;
        this.progress = progress;
    }

    @Override
    public void accept(List<ScoredExample> block) {
        try {
            for (int first = 0; first < block.size(); first += EXAMPLES_PER_ENTRY) {
                List<ExampleScore> entry =
                        block.subList(first, Math.min(first + EXAMPLES_PER_ENTRY, block.size())).stream()
                                .map(this::score)
                                .toList();
                log.write(new ExamplesScored(command.evaluationId(), command.epoch(), sequence++, entry));
            }
        } catch (InterruptedException e) {
            throw stopped(e);
        }
    }

    @Override
    public void progress(Progress state) {
        try {
            progress.scoring(state.fraction(), "layer " + state.layer() + " of " + state.layers());
        } catch (InterruptedException e) {
            throw stopped(e);
        }
    }

    private ExampleScore score(ScoredExample example) {
        return new ExampleScore(
                remaining.indices().get(example.index()),
                example.logprobs(),
                example.tokenCounts(),
                example.isGreedy(),
                example.prediction(),
                example.target(),
                example.truncated());
    }

    private static CancellationException stopped(InterruptedException cause) {
        CancellationException stopped = new CancellationException("stopped while writing results");
        stopped.initCause(cause);
        return stopped;
    }
}
