package io.logprobe.contracts.evaluation;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import java.util.UUID;

/// The scheduler gave the evaluation to a node; from here on entries of lower epochs are void.
///
/// @param evaluationId identifies the evaluation
/// @param epoch epoch of the lease
/// @param nodeId the node that may work on it
/// @param bootId the start of that node
@JsonTypeName("LeaseGranted")
public record LeaseGranted(UUID evaluationId, long epoch, String nodeId, UUID bootId) implements EvaluationEvent {

    public LeaseGranted {
        Require.present(evaluationId, "evaluationId");
        Require.positive(epoch, "epoch");
        Require.text(nodeId, "nodeId");
        Require.present(bootId, "bootId");
    }

    @Override
    public String eventId() {
        return evaluationId + "/" + epoch + "/granted";
    }
}
