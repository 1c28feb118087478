package io.logprobe.contracts.evaluation;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import java.util.List;
import java.util.UUID;

/// Some examples are scored; readers keep one result per example index.
///
/// @param evaluationId identifies the evaluation
/// @param epoch epoch of the lease
/// @param sequence number of this entry within the epoch, from 0
/// @param examples the scores, ascending by index, at least one
@JsonTypeName("ExamplesScored")
public record ExamplesScored(UUID evaluationId, long epoch, int sequence, List<ExampleScore> examples)
        implements EvaluationEvent {

    public ExamplesScored {
        Require.present(evaluationId, "evaluationId");
        Require.positive(epoch, "epoch");
        Require.notNegative(sequence, "sequence");
        examples = List.copyOf(Require.present(examples, "examples"));
        Require.positive(examples.size(), "number of examples");
    }

    @Override
    public String eventId() {
        return evaluationId + "/" + epoch + "/scored/" + sequence;
    }
}
