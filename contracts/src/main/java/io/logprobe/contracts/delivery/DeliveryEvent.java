package io.logprobe.contracts.delivery;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.logprobe.contracts.Event;
import io.logprobe.contracts.Topics;
import java.util.UUID;

/// What became of a pull request or an e-mail; topic [Topics#DELIVERIES]. Each is final.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(PullRequestOpened.class),
    @JsonSubTypes.Type(PullRequestFailed.class),
    @JsonSubTypes.Type(EmailSent.class),
    @JsonSubTypes.Type(EmailFailed.class),
    @JsonSubTypes.Type(EmailUndecided.class)
})
public sealed interface DeliveryEvent extends Event
        permits PullRequestOpened, PullRequestFailed, EmailSent, EmailFailed, EmailUndecided {

    UUID jobId();

    @Override
    default String topic() {
        return Topics.DELIVERIES;
    }

    @Override
    default String key() {
        return jobId().toString();
    }
}
