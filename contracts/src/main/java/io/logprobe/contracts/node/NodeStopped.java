package io.logprobe.contracts.node;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import java.util.UUID;

/// A node shuts down in order: its leases can go to others at once.
///
/// @param nodeId the node
/// @param bootId the start that ends
@JsonTypeName("NodeStopped")
public record NodeStopped(String nodeId, UUID bootId) implements NodeEvent {

    public NodeStopped {
        Require.text(nodeId, "nodeId");
        Require.present(bootId, "bootId");
    }

    @Override
    public String eventId() {
        return nodeId + "/" + bootId + "/stopped";
    }
}
