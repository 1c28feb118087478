package io.logprobe.scheduler.evaluation;

import io.logprobe.scheduler.evaluation.EvaluationEntity.Phase;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class EvaluationRepository implements PanacheRepositoryBase<EvaluationEntity, UUID> {

    /// The row as it stands now, held until the transaction ends: one decision at a time per evaluation.
    Optional<EvaluationEntity> lock(UUID id) {
        Optional<EvaluationEntity> row = findByIdOptional(id);
        row.ifPresent(known -> {
            // A list read earlier in this transaction may have left an older state of the row here.
            flush();
            getEntityManager().refresh(known, LockModeType.PESSIMISTIC_WRITE);
        });
        return row;
    }

    List<EvaluationEntity> waiting(Instant now, int limit) {
        return find("phase = ?1 and notBefore <= ?2 order by queuedAt, position", Phase.QUEUED, now)
                .page(0, limit)
                .list();
    }

    List<EvaluationEntity> leased() {
        return list("phase in ?1", List.of(Phase.GRANTING, Phase.RUNNING));
    }

    List<EvaluationEntity> leasedBy(String nodeId) {
        return list("phase in ?1 and nodeId = ?2", List.of(Phase.GRANTING, Phase.RUNNING), nodeId);
    }

    List<EvaluationEntity> ofJob(UUID jobId) {
        return list("jobId = ?1 order by position", jobId);
    }

    /// The database's clock: leases never depend on the clock of a host.
    Instant now() {
        return (Instant) getEntityManager()
                .createNativeQuery("select clock_timestamp()", Instant.class)
                .getSingleResult();
    }
}
