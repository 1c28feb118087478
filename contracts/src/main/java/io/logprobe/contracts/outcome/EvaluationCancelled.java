package io.logprobe.contracts.outcome;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import io.logprobe.contracts.spec.ModelRevision;
import java.util.UUID;

/// An evaluation was stopped because the user cancelled its job.
///
/// @param jobId the job
/// @param evaluationId the evaluation
/// @param model the model
@JsonTypeName("EvaluationCancelled")
public record EvaluationCancelled(UUID jobId, UUID evaluationId, ModelRevision model) implements OutcomeEvent {

    public EvaluationCancelled {
        Require.present(jobId, "jobId");
        Require.present(evaluationId, "evaluationId");
        Require.present(model, "model");
    }

    @Override
    public String eventId() {
        return evaluationId + "/cancelled";
    }
}
