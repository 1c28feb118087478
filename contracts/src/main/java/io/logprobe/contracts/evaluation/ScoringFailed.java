package io.logprobe.contracts.evaluation;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Failure;
import io.logprobe.contracts.Require;
import java.util.UUID;

/// The attempt ended with a failure; its kind decides whether there is another.
///
/// @param evaluationId identifies the evaluation
/// @param epoch epoch of the lease
/// @param failure why
@JsonTypeName("ScoringFailed")
public record ScoringFailed(UUID evaluationId, long epoch, Failure failure) implements EvaluationEvent {

    public ScoringFailed {
        Require.present(evaluationId, "evaluationId");
        Require.positive(epoch, "epoch");
        Require.present(failure, "failure");
    }

    @Override
    public String eventId() {
        return evaluationId + "/" + epoch + "/failed";
    }
}
