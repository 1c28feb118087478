package io.logprobe.api.delivery;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

@ApplicationScoped
class EmailRepository implements PanacheRepositoryBase<EmailEntity, EmailEntity.Key> {

    List<EmailEntity> ofJobs(Collection<UUID> jobIds) {
        return list("key.jobId in ?1", jobIds);
    }
}
