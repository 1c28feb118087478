package io.logprobe.contracts.evaluation;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import java.util.UUID;

/// The worker has published every example; the scheduler believes it once it has counted them.
///
/// @param evaluationId identifies the evaluation
/// @param epoch epoch of the lease
/// @param exampleCount number of examples of the whole evaluation
/// @param work what the attempt computed and how long it took
@JsonTypeName("ScoringCompleted")
public record ScoringCompleted(UUID evaluationId, long epoch, int exampleCount, ScoringWork work)
        implements EvaluationEvent {

    public ScoringCompleted {
        Require.present(evaluationId, "evaluationId");
        Require.positive(epoch, "epoch");
        Require.positive(exampleCount, "exampleCount");
        Require.present(work, "work");
    }

    @Override
    public String eventId() {
        return evaluationId + "/" + epoch + "/completed";
    }
}
