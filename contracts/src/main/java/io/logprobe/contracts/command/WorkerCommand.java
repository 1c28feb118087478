package io.logprobe.contracts.command;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.logprobe.contracts.Event;
import io.logprobe.contracts.Topics;
import java.util.UUID;

/// What the worker of one node is to do; topic [Topics#COMMANDS]. A worker ignores a command of an epoch
/// lower than one it has seen for that evaluation.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({@JsonSubTypes.Type(RunEvaluation.class), @JsonSubTypes.Type(RevokeEvaluation.class)})
public sealed interface WorkerCommand extends Event permits RunEvaluation, RevokeEvaluation {

    String nodeId();

    UUID evaluationId();

    long epoch();

    @Override
    default String topic() {
        return Topics.COMMANDS;
    }

    @Override
    default String key() {
        return nodeId();
    }
}
