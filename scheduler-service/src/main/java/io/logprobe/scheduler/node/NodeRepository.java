package io.logprobe.scheduler.node;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;

@ApplicationScoped
class NodeRepository implements PanacheRepositoryBase<NodeEntity, String> {

    List<NodeEntity> heardSince(Instant earliest) {
        return list("stopped = false and seenAt >= ?1 order by id", earliest);
    }
}
