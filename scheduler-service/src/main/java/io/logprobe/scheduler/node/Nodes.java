package io.logprobe.scheduler.node;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// The nodes that can be given work.
@ApplicationScoped
public class Nodes {

    /// Three heartbeats missed: nothing new goes to this node.
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final NodeRepository repository;

    Nodes(NodeRepository repository) {
        this.repository = repository;
    }

    /// Nodes heard of within the last three heartbeats, by name.
    public List<NodeView> alive(Instant now) {
        return repository.heardSince(now.minus(SILENCE)).stream()
                .map(NodeEntity::view)
                .toList();
    }
}
