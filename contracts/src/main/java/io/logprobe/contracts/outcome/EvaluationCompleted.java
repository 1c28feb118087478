package io.logprobe.contracts.outcome;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.Provenance;
import io.logprobe.contracts.spec.ScoringOptions;
import java.util.UUID;

/// Every example of an evaluation is scored and counted.
///
/// @param jobId the job
/// @param evaluationId the evaluation
/// @param model what was evaluated
/// @param dataset on what
/// @param options how
/// @param provenance with what
/// @param metrics the figures
/// @param examplesPerSecond speed of the last attempt, load time apart; 0 if it found nothing left to score
/// @param publish whether the figures are to be proposed to the model's repository
@JsonTypeName("EvaluationCompleted")
public record EvaluationCompleted(
        UUID jobId,
        UUID evaluationId,
        ModelRevision model,
        DatasetRevision dataset,
        ScoringOptions options,
        Provenance provenance,
        EvaluationMetrics metrics,
        double examplesPerSecond,
        boolean publish)
        implements OutcomeEvent {

    public EvaluationCompleted {
        Require.present(jobId, "jobId");
        Require.present(evaluationId, "evaluationId");
        Require.present(model, "model");
        Require.present(dataset, "dataset");
        Require.present(options, "options");
        Require.present(provenance, "provenance");
        Require.present(metrics, "metrics");
    }

    @Override
    public String eventId() {
        return evaluationId + "/completed";
    }
}
