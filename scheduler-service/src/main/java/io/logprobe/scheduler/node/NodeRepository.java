package io.logprobe.scheduler.node;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

@ApplicationScoped
class NodeRepository implements PanacheRepositoryBase<NodeEntity, String> {

    /// The row of a node, which is new where there was none. Several schedulers may hear of a node at the same time.
    NodeEntity known(String id, UUID bootId) {
        NodeEntity known = findById(id);
        if (known != null) {
            return known;
        }
        getEntityManager()
                .createNativeQuery("""
                        insert into node (id, boot_id, slots, cached_models, seen_at)
                        values (:id, :bootId, 0, '[]', now()) on conflict do nothing""")
                .setParameter("id", id)
                .setParameter("bootId", bootId)
                .executeUpdate();
        return findById(id);
    }

    List<NodeEntity> heardSince(Instant earliest) {
        return list("stopped = false and seenAt >= ?1 order by id", earliest);
    }
}
