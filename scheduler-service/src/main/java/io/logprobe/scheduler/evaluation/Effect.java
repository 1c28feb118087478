package io.logprobe.scheduler.evaluation;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.evaluation.Conclusion;

/// What follows from a decision, to be made durable together with the new state.
sealed interface Effect {

    /// Write the grant into the evaluation's log.
    record LogGrant(long epoch, NodeBoot node) implements Effect {}

    /// Command the node to score what is not done.
    record CommandRun(long epoch, NodeBoot node) implements Effect {}

    /// Tell the node to stop.
    record CommandStop(long epoch, NodeBoot node, String reason) implements Effect {}

    /// Tell the world how it ended.
    record Announce(long epoch, Conclusion conclusion, Failure failure) implements Effect {}
}
