package io.logprobe.worker.evaluation;

import io.logprobe.contracts.command.RunEvaluation;
import io.logprobe.contracts.evaluation.ScoringProgressed;
import io.logprobe.worker.log.AttemptLog;
import java.time.Duration;

/// Tells how far an attempt is, at most once a second while it scores.
final class ProgressReport {

    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final RunEvaluation command;
    private final AttemptLog log;
    private int sequence;
    private long last = System.nanoTime() - PAUSE_NANOS;

    ProgressReport(RunEvaluation command, AttemptLog log) {
        this.command = command;
        this.log = log;
    }

    /// A phase before the scoring begins.
    void enter(String phase) throws InterruptedException {
        write(0, phase);
    }

    void scoring(double fraction, String phase) throws InterruptedException {
        if (System.nanoTime() - last >= PAUSE_NANOS) {
            last = System.nanoTime();
            write(Math.clamp(fraction, 0, 1), phase);
        }
    }

    private void write(double fraction, String phase) throws InterruptedException {
        log.write(new ScoringProgressed(command.evaluationId(), command.epoch(), sequence++, fraction, phase));
    }
}
