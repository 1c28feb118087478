package io.logprobe.scheduler.node;

import io.logprobe.contracts.node.NodeHeartbeat;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/// What is known of a node from its last heartbeat.
@Entity
@Table(name = "node")
class NodeEntity {

    @Id
    @Column(columnDefinition = "text")
    private String id;

    @Column(nullable = false)
    private UUID bootId;

    private int slots;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(nullable = false)
    private List<String> cachedModels;

    @Column(nullable = false)
    private Instant seenAt;

    @SuppressWarnings("UnusedVariable") // read by queries
    private boolean stopped;

    protected NodeEntity() {}

    void heard(NodeHeartbeat heartbeat, Instant now) {
        bootId = heartbeat.bootId();
        slots = heartbeat.slots();
        cachedModels = heartbeat.cachedModels();
        seenAt = now;
        stopped = false;
    }

    void stop() {
        stopped = true;
    }

    NodeView view() {
        return new NodeView(id, bootId, slots, cachedModels);
    }

    UUID bootId() {
        return bootId;
    }
}
