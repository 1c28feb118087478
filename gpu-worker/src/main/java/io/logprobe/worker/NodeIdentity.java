package io.logprobe.worker;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/// Who this worker is: the node, and this one start of it.
@ApplicationScoped
public class NodeIdentity {

    private final String nodeId;
    private final UUID bootId = UUID.randomUUID();

    NodeIdentity(WorkerConfig config) {
        this.nodeId = config.nodeId();
    }

    public String nodeId() {
        return nodeId;
    }

    public UUID bootId() {
        return bootId;
    }
}
