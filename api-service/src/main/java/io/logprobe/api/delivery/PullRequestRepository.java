package io.logprobe.api.delivery;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

@ApplicationScoped
class PullRequestRepository implements PanacheRepositoryBase<PullRequestEntity, UUID> {

    List<PullRequestEntity> ofJobs(Collection<UUID> jobIds) {
        return list("jobId in ?1", jobIds);
    }
}
