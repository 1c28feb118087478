package io.logprobe.contracts.evaluation;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import io.logprobe.contracts.spec.Provenance;
import java.util.UUID;

/// A worker has opened model and dataset and begins. Results of another provenance, if there are any, are void.
///
/// @param evaluationId identifies the evaluation
/// @param epoch epoch of the lease
/// @param nodeId the node it runs on
/// @param provenance what the log-probabilities are computed with
/// @param exampleCount number of examples of the whole evaluation
@JsonTypeName("ScoringStarted")
public record ScoringStarted(UUID evaluationId, long epoch, String nodeId, Provenance provenance, int exampleCount)
        implements EvaluationEvent {

    public ScoringStarted {
        Require.present(evaluationId, "evaluationId");
        Require.positive(epoch, "epoch");
        Require.text(nodeId, "nodeId");
        Require.present(provenance, "provenance");
        Require.positive(exampleCount, "exampleCount");
    }

    @Override
    public String eventId() {
        return evaluationId + "/" + epoch + "/started";
    }
}
