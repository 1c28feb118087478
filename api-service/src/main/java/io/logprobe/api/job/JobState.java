package io.logprobe.api.job;

import io.logprobe.api.evaluation.EvaluationState;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/// Where a job stands, which follows from its evaluations.
public enum JobState {
    QUEUED,
    RUNNING,
    COMPLETED,
    /// Some evaluations completed and others did not.
    PARTIALLY_FAILED,
    FAILED,
    CANCELLED;

    static JobState of(Collection<EvaluationState> evaluations) {
        Set<EvaluationState> states = EnumSet.copyOf(evaluations);
        if (!states.stream().allMatch(EvaluationState::isFinal)) {
            return states.equals(Set.of(EvaluationState.QUEUED)) ? QUEUED : RUNNING;
        }
        if (states.contains(EvaluationState.CANCELLED)) {
            return CANCELLED;
        }
        if (states.contains(EvaluationState.FAILED)) {
            return states.contains(EvaluationState.COMPLETED) ? PARTIALLY_FAILED : FAILED;
        }
        return COMPLETED;
    }

    boolean isFinal() {
        return switch (this) {
            case QUEUED, RUNNING -> false;
            case COMPLETED, PARTIALLY_FAILED, FAILED, CANCELLED -> true;
        };
    }
}
