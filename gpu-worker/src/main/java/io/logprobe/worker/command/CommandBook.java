package io.logprobe.worker.command;

import io.logprobe.contracts.command.RevokeEvaluation;
import io.logprobe.contracts.command.RunEvaluation;
import io.logprobe.contracts.command.WorkerCommand;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// The highest epoch this worker has been told of per evaluation, and what a further command means in its light.
///
/// @param nodeId this node
/// @param bootId this start of it
/// @param epochs highest known epoch by evaluation
record CommandBook(String nodeId, UUID bootId, Map<UUID, Long> epochs) {

    /// What is to be done about a command.
    sealed interface Verdict {
        record Run(RunEvaluation command) implements Verdict {}

        record Stop(UUID evaluationId, String reason) implements Verdict {}

        record Ignore(String why) implements Verdict {}
    }

    /// The verdict on a command, and the book after it.
    record Decision(Verdict verdict, CommandBook next) {}

    CommandBook {
        epochs = Map.copyOf(epochs);
    }

    static CommandBook empty(String nodeId, UUID bootId) {
        return new CommandBook(nodeId, bootId, Map.of());
    }

    Decision decide(WorkerCommand command) {
        if (!command.nodeId().equals(nodeId)) {
            return ignore("it is meant for node " + command.nodeId());
        }
        long known = epochs.getOrDefault(command.evaluationId(), 0L);
        return switch (command) {
            case RunEvaluation run
            when !run.bootId().equals(bootId) -> ignore("it is meant for an earlier start of this node");
            case RunEvaluation run when run.epoch() <= known -> ignore("epoch " + known + " is known already");
            case RunEvaluation run -> new Decision(new Verdict.Run(run), withEpoch(run));
            case RevokeEvaluation revoke when revoke.epoch() < known -> ignore("epoch " + known + " is known already");
            case RevokeEvaluation revoke ->
                new Decision(new Verdict.Stop(revoke.evaluationId(), revoke.reason()), withEpoch(revoke));
        };
    }

    private Decision ignore(String why) {
        return new Decision(new Verdict.Ignore(why), this);
    }

    private CommandBook withEpoch(WorkerCommand command) {
        Map<UUID, Long> known = new HashMap<>(epochs);
        known.put(command.evaluationId(), command.epoch());
        return new CommandBook(nodeId, bootId, known);
    }
}
