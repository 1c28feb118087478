package io.logprobe.contracts.command;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import java.util.UUID;

/// Stop working on an evaluation: it was cancelled or its lease was given to another node.
///
/// @param nodeId the node that held the lease
/// @param evaluationId identifies the evaluation
/// @param epoch the highest epoch that is revoked
/// @param reason one sentence for the log
@JsonTypeName("RevokeEvaluation")
public record RevokeEvaluation(String nodeId, UUID evaluationId, long epoch, String reason) implements WorkerCommand {

    public RevokeEvaluation {
        Require.text(nodeId, "nodeId");
        Require.present(evaluationId, "evaluationId");
        Require.positive(epoch, "epoch");
        Require.text(reason, "reason");
    }

    @Override
    public String eventId() {
        return evaluationId + "/" + epoch + "/revoke";
    }
}
