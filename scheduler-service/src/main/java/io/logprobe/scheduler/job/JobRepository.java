package io.logprobe.scheduler.job;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class JobRepository implements PanacheRepositoryBase<JobEntity, UUID> {

    /// The row as it stands now, held until the transaction ends.
    Optional<JobEntity> lock(UUID id) {
        Optional<JobEntity> row = findByIdOptional(id);
        row.ifPresent(known -> {
            flush();
            getEntityManager().refresh(known, LockModeType.PESSIMISTIC_WRITE);
        });
        return row;
    }
}
