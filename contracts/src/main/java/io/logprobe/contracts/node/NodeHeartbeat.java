package io.logprobe.contracts.node;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import java.util.List;
import java.util.UUID;

/// A node is alive, this is what it is and what it is doing.
///
/// @param nodeId the node
/// @param bootId this start of its worker
/// @param sequence number of the heartbeat since that start, from 0
/// @param backend what it computes with, for instance `cpu` or `cuda`
/// @param memoryBytes memory the engine may use
/// @param slots evaluations it runs at the same time
/// @param running evaluations it holds a command for
/// @param cachedModels models that need no download, each as [io.logprobe.contracts.spec.ModelRevision#pinned()]
@JsonTypeName("NodeHeartbeat")
public record NodeHeartbeat(
        String nodeId,
        UUID bootId,
        long sequence,
        String backend,
        long memoryBytes,
        int slots,
        List<Running> running,
        List<String> cachedModels)
        implements NodeEvent {

    public NodeHeartbeat {
        Require.text(nodeId, "nodeId");
        Require.present(bootId, "bootId");
        Require.notNegative(sequence, "sequence");
        Require.text(backend, "backend");
        Require.positive(memoryBytes, "memoryBytes");
        Require.positive(slots, "slots");
        running = List.copyOf(Require.present(running, "running"));
        cachedModels = List.copyOf(Require.present(cachedModels, "cachedModels"));
    }

    /// An evaluation that the node holds a command for.
    ///
    /// @param evaluationId identifies the evaluation
    /// @param epoch epoch of the command
    public record Running(UUID evaluationId, long epoch) {

        public Running {
            Require.present(evaluationId, "evaluationId");
            Require.positive(epoch, "epoch");
        }
    }

    @Override
    public String eventId() {
        return nodeId + "/" + bootId + "/" + sequence;
    }
}
