package io.logprobe.scheduler.evaluation;

import io.logprobe.scheduler.evaluation.EvaluationState.Concluded;
import io.logprobe.scheduler.evaluation.EvaluationState.Granting;
import io.logprobe.scheduler.evaluation.EvaluationState.Queued;
import io.logprobe.scheduler.evaluation.EvaluationState.Running;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// A lease as placing and expiring see it.
public record LeaseView(UUID evaluationId, NodeBoot node, Instant expiresAt) {

    static Optional<LeaseView> of(UUID evaluationId, EvaluationState state) {
        return switch (state) {
            case Granting granting -> Optional.of(new LeaseView(evaluationId, granting.node(), granting.expiresAt()));
            case Running running -> Optional.of(new LeaseView(evaluationId, running.node(), running.expiresAt()));
            case Queued _, Concluded _ -> Optional.empty();
        };
    }
}
