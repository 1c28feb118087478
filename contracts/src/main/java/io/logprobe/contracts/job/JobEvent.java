package io.logprobe.contracts.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.logprobe.contracts.Event;
import io.logprobe.contracts.Topics;
import java.util.UUID;

/// What a user asked for; topic [Topics#JOBS].
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({@JsonSubTypes.Type(JobSubmitted.class), @JsonSubTypes.Type(JobCancelled.class)})
public sealed interface JobEvent extends Event permits JobSubmitted, JobCancelled {

    UUID jobId();

    @Override
    default String topic() {
        return Topics.JOBS;
    }

    @Override
    default String key() {
        return jobId().toString();
    }
}
