package io.logprobe.scheduler.evaluation;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.evaluation.Conclusion;
import java.time.Instant;

/// Where an evaluation stands.
///
/// ```
///            grant                marker read back
///   Queued ─────────> Granting ───────────────────> Running
///     ^                  │                             │
///     └──── lease ends ──┴─────────────────────────────┤
///                                                      v
///   Queued, Granting, Running ──────────────────> Concluded
/// ```
public sealed interface EvaluationState {

    /// The epoch of the newest grant, 0 before the first.
    long epoch();

    /// The epoch whose log entries count now: that of the newest grant which the log itself already shows.
    long loggedEpoch();

    /// Waits for a node. The holder of the last lease, if it is still at work, may yet add results.
    ///
    /// @param fruitlessAttempts attempts in a row that ended without a new result
    /// @param notBefore when it may be granted at the earliest
    record Queued(long epoch, int fruitlessAttempts, Instant notBefore) implements EvaluationState {
        @Override
        public long loggedEpoch() {
            return epoch;
        }
    }

    /// Granted in the database; the grant is on its way into the evaluation's log.
    record Granting(long epoch, NodeBoot node, Instant expiresAt, int fruitlessAttempts) implements EvaluationState {
        @Override
        public long loggedEpoch() {
            return epoch - 1;
        }
    }

    /// The grant stands in the log and the node has been commanded.
    ///
    /// @param doneAtGrant examples that were scored when it was granted
    record Running(long epoch, NodeBoot node, Instant expiresAt, int fruitlessAttempts, int doneAtGrant)
            implements EvaluationState {
        @Override
        public long loggedEpoch() {
            return epoch;
        }
    }

    /// Over.
    ///
    /// @param failure why, null unless it failed
    record Concluded(long epoch, Conclusion conclusion, Failure failure) implements EvaluationState {
        @Override
        public long loggedEpoch() {
            return epoch;
        }
    }
}
