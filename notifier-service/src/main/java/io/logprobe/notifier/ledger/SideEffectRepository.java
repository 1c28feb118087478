package io.logprobe.notifier.ledger;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class SideEffectRepository implements PanacheRepositoryBase<SideEffectEntity, UUID> {

    /// Rows whose time has come, held until the transaction ends; rows that others hold are passed over. An e-mail
    /// waits for the pull requests of its job, within reason; of a lane only one is under way at a time.
    private static final String DUE = """
            select s.* from side_effect s
            where (s.phase in ('PLANNED', 'RETRY') and s.due_at <= :now
                or s.phase in ('CLAIMED', 'HANDED_OVER') and s.claimed_until < :now)
              and not exists (select 1 from side_effect o
                where o.lane = s.lane and o.id <> s.id and o.phase in ('CLAIMED', 'HANDED_OVER'))
              and (s.kind <> 'EMAIL' or s.planned_at < :impatient or not exists (select 1 from side_effect p
                where p.job_id = s.job_id and p.kind = 'PULL_REQUEST' and p.phase not in ('DONE', 'FAILED')))
            order by coalesce(s.due_at, s.claimed_until), s.id
            limit :limit
            for update of s skip locked
            """;

    @SuppressWarnings("unchecked")
    List<SideEffectEntity> lockDue(Instant now, Duration patience, int limit) {
        return getEntityManager()
                .createNativeQuery(DUE, SideEffectEntity.class)
                .setParameter("now", now)
                // Pull requests are given up within the patience: later than that none is waited for.
                .setParameter("impatient", now.minus(patience).minus(Duration.ofHours(1)))
                .setParameter("limit", limit)
                .getResultList();
    }

    /// The row, held until the transaction ends.
    Optional<SideEffectEntity> lock(UUID id) {
        return findByIdOptional(id, LockModeType.PESSIMISTIC_WRITE);
    }

    List<SideEffectEntity> ofJob(UUID jobId, SideEffectKind kind) {
        return list("jobId = ?1 and kind = ?2", jobId, kind);
    }

    /// The database's clock: claims never depend on the clock of a host.
    Instant now() {
        return (Instant) getEntityManager()
                .createNativeQuery("select clock_timestamp()", Instant.class)
                .getSingleResult();
    }
}
