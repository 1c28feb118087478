package io.logprobe.contracts.node;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.logprobe.contracts.Event;
import io.logprobe.contracts.Topics;
import java.util.UUID;

/// Signs of life of a node; topic [Topics#HEARTBEATS]. Any of them may be lost.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(NodeHeartbeat.class),
    @JsonSubTypes.Type(NodeStopped.class),
    @JsonSubTypes.Type(HearingProbe.class)
})
public sealed interface NodeEvent extends Event permits NodeHeartbeat, NodeStopped, HearingProbe {

    String nodeId();

    /// Identifies one start of the worker process: a new one means that everything it was doing before is lost.
    UUID bootId();

    @Override
    default String topic() {
        return Topics.HEARTBEATS;
    }

    @Override
    default String key() {
        return nodeId();
    }
}
