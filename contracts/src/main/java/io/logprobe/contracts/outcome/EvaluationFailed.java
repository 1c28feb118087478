package io.logprobe.contracts.outcome;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Failure;
import io.logprobe.contracts.Require;
import io.logprobe.contracts.spec.ModelRevision;
import java.util.UUID;

/// An evaluation could not be finished and will not be tried again.
///
/// @param jobId the job
/// @param evaluationId the evaluation
/// @param model the model
/// @param failure why
@JsonTypeName("EvaluationFailed")
public record EvaluationFailed(UUID jobId, UUID evaluationId, ModelRevision model, Failure failure)
        implements OutcomeEvent {

    public EvaluationFailed {
        Require.present(jobId, "jobId");
        Require.present(evaluationId, "evaluationId");
        Require.present(model, "model");
        Require.present(failure, "failure");
    }

    @Override
    public String eventId() {
        return evaluationId + "/failed";
    }
}
