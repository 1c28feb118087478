package io.logprobe.api.job;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

@ApplicationScoped
class JobRepository implements PanacheRepositoryBase<JobEntity, UUID> {

    List<JobEntity> newest(int limit) {
        return find("order by submittedAt desc, id desc").page(0, limit).list();
    }

    List<JobEntity> before(JobEntity job, int limit) {
        return find(
                        "submittedAt < ?1 or (submittedAt = ?1 and id < ?2) order by submittedAt desc, id desc",
                        job.submittedAt(),
                        job.id())
                .page(0, limit)
                .list();
    }
}
