package io.logprobe.contracts.evaluation;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.logprobe.contracts.Event;
import io.logprobe.contracts.Topics;
import java.util.UUID;

/// One entry in the ordered log of an evaluation; topic [Topics#EVALUATIONS]. After a [LeaseGranted] of some
/// epoch every entry of a lower epoch is void, for every reader and at every replay.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(LeaseGranted.class),
    @JsonSubTypes.Type(ScoringStarted.class),
    @JsonSubTypes.Type(ExamplesScored.class),
    @JsonSubTypes.Type(ScoringProgressed.class),
    @JsonSubTypes.Type(ScoringCompleted.class),
    @JsonSubTypes.Type(ScoringFailed.class),
    @JsonSubTypes.Type(EvaluationConcluded.class)
})
public sealed interface EvaluationEvent extends Event
        permits LeaseGranted,
                ScoringStarted,
                ExamplesScored,
                ScoringProgressed,
                ScoringCompleted,
                ScoringFailed,
                EvaluationConcluded {

    UUID evaluationId();

    /// Epoch of the lease this entry was written under; entries below the highest granted epoch are dropped.
    long epoch();

    @Override
    default String topic() {
        return Topics.EVALUATIONS;
    }

    @Override
    default String key() {
        return evaluationId().toString();
    }
}
