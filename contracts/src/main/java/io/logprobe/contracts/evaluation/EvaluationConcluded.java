package io.logprobe.contracts.evaluation;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Failure;
import io.logprobe.contracts.Require;
import java.util.UUID;

/// The scheduler closed the evaluation: nothing after this entry counts.
///
/// @param evaluationId identifies the evaluation
/// @param epoch epoch of the lease
/// @param conclusion how it ended
/// @param failure why, null unless it failed
@JsonTypeName("EvaluationConcluded")
public record EvaluationConcluded(UUID evaluationId, long epoch, Conclusion conclusion, Failure failure)
        implements EvaluationEvent {

    public EvaluationConcluded {
        Require.present(evaluationId, "evaluationId");
        Require.positive(epoch, "epoch");
        Require.present(conclusion, "conclusion");
        if ((conclusion == Conclusion.FAILED) != (failure != null)) {
            throw new IllegalArgumentException(
                    "a failure is given exactly when the conclusion is FAILED: " + conclusion);
        }
    }

    @Override
    public String eventId() {
        return evaluationId + "/" + epoch + "/concluded";
    }
}
