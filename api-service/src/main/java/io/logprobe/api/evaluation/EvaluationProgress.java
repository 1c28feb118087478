package io.logprobe.api.evaluation;

import io.logprobe.contracts.evaluation.EvaluationConcluded;
import io.logprobe.contracts.evaluation.EvaluationEvent;
import io.logprobe.contracts.evaluation.ExampleScore;
import io.logprobe.contracts.evaluation.ExamplesScored;
import io.logprobe.contracts.evaluation.LeaseGranted;
import io.logprobe.contracts.evaluation.ScoringCompleted;
import io.logprobe.contracts.evaluation.ScoringFailed;
import io.logprobe.contracts.evaluation.ScoringProgressed;
import io.logprobe.contracts.evaluation.ScoringStarted;
import io.logprobe.contracts.spec.Provenance;
import java.util.List;

/// What the log of an evaluation has told so far. Reading an entry is a function of this and the entry alone, so
/// that every replay of the log ends the same.
///
/// @param epoch highest epoch read, 0 before the first lease
/// @param closed whether the scheduler has closed the log: nothing counts any more
/// @param state queued or running as the log has it, or the final state that the outcome set
/// @param provenance what the scores were computed with, null before the first attempt began
/// @param total examples of the evaluation
/// @param done examples scored
/// @param doneBefore examples scored before the current attempt
/// @param attemptFraction how far the current attempt is, 0 to 1
/// @param phase what is being done, null if nothing
record EvaluationProgress(
        long epoch,
        boolean closed,
        EvaluationState state,
        Provenance provenance,
        int total,
        int done,
        int doneBefore,
        double attemptFraction,
        String phase) {

    static EvaluationProgress queued(int total) {
        return new EvaluationProgress(0, false, EvaluationState.QUEUED, null, total, 0, 0, 0, null);
    }

    /// What follows from an entry.
    sealed interface Effect {

        /// The entry is void: written under a lease that was taken away, or after the end.
        record Fenced() implements Effect {}

        /// The evaluation has come further.
        ///
        /// @param next where it is now, `scores` not yet counted
        /// @param voidScores whether the stored scores are void
        /// @param scores scores to store, at most one per example counts
        record Advanced(EvaluationProgress next, boolean voidScores, List<ExampleScore> scores) implements Effect {

            static Advanced to(EvaluationProgress next) {
                return new Advanced(next, false, List.of());
            }
        }
    }

    Effect read(EvaluationEvent entry) {
        if (closed || entry.epoch() < epoch) {
            return new Effect.Fenced();
        }
        EvaluationProgress current = entry.epoch() > epoch ? attempt(entry.epoch()) : this;
        return switch (entry) {
            case LeaseGranted granted -> Effect.Advanced.to(current.running("starting on " + granted.nodeId()));
            case ScoringStarted started -> current.started(started);
            case ScoringProgressed progressed ->
                Effect.Advanced.to(current.running(progressed.phase()).at(progressed.fraction()));
            case ExamplesScored scored -> current.scored(scored.examples());
            case ScoringCompleted _ ->
                Effect.Advanced.to(current.running("counting results").at(1));
            case ScoringFailed failed ->
                Effect.Advanced.to(current.waiting(failed.failure().message()));
            case EvaluationConcluded _ -> Effect.Advanced.to(current.closedNow());
        };
    }

    private Effect started(ScoringStarted started) {
        boolean voidScores = provenance != null && !provenance.equals(started.provenance());
        int kept = voidScores ? 0 : done;
        EvaluationProgress next =
                new EvaluationProgress(epoch, closed, state, started.provenance(), total, kept, kept, 0, phase);
        return new Effect.Advanced(next.running("scoring"), voidScores, List.of());
    }

    private Effect scored(List<ExampleScore> scores) {
        for (ExampleScore score : scores) {
            if (score.index() >= total) {
                throw new IllegalArgumentException(
                        "example " + score.index() + " is scored, the evaluation has " + total);
            }
        }
        return new Effect.Advanced(this, false, scores);
    }

    private EvaluationProgress attempt(long newEpoch) {
        return new EvaluationProgress(newEpoch, closed, state, provenance, total, done, done, 0, null);
    }

    private EvaluationProgress running(String what) {
        return inState(EvaluationState.RUNNING, what);
    }

    private EvaluationProgress waiting(String why) {
        return inState(EvaluationState.QUEUED, "last attempt: " + why);
    }

    private EvaluationProgress inState(EvaluationState logged, String what) {
        return state.isFinal()
                ? this
                : new EvaluationProgress(
                        epoch, closed, logged, provenance, total, done, doneBefore, attemptFraction, what);
    }

    private EvaluationProgress at(double fraction) {
        return new EvaluationProgress(epoch, closed, state, provenance, total, done, doneBefore, fraction, phase);
    }

    private EvaluationProgress closedNow() {
        return new EvaluationProgress(epoch, true, state, provenance, total, done, doneBefore, attemptFraction, phase);
    }

    /// Some more examples are scored.
    EvaluationProgress counted(int more) {
        return new EvaluationProgress(
                epoch, closed, state, provenance, total, done + more, doneBefore, attemptFraction, phase);
    }

    /// The evaluation has ended.
    EvaluationProgress ended(EvaluationState end) {
        return new EvaluationProgress(epoch, closed, end, provenance, total, done, doneBefore, attemptFraction, null);
    }

    /// Whether the outcome, which comes by another topic, was told before the log has been read to its end: results of
    /// single examples may still be on their way.
    boolean outcomeIsAhead() {
        return state == EvaluationState.COMPLETED && !closed;
    }

    /// How far the whole evaluation is, 0 to 1: what earlier attempts left done, and the current one's share of what
    /// they left.
    double fraction() {
        if (state == EvaluationState.COMPLETED) {
            return 1;
        }
        double before = (double) doneBefore / total;
        return Math.max((double) done / total, before + (1 - before) * attemptFraction);
    }
}
