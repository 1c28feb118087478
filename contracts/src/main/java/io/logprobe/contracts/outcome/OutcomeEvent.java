package io.logprobe.contracts.outcome;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.logprobe.contracts.Event;
import io.logprobe.contracts.Topics;
import java.util.UUID;

/// How an evaluation or a job ended; topic [Topics#OUTCOMES]. Each is final.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(EvaluationCompleted.class),
    @JsonSubTypes.Type(EvaluationFailed.class),
    @JsonSubTypes.Type(EvaluationCancelled.class),
    @JsonSubTypes.Type(JobConcluded.class)
})
public sealed interface OutcomeEvent extends Event
        permits EvaluationCompleted, EvaluationFailed, EvaluationCancelled, JobConcluded {

    UUID jobId();

    @Override
    default String topic() {
        return Topics.OUTCOMES;
    }

    @Override
    default String key() {
        return jobId().toString();
    }
}
