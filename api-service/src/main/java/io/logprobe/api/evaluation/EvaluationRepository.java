package io.logprobe.api.evaluation;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class EvaluationRepository implements PanacheRepositoryBase<EvaluationEntity, UUID> {

    /// The job of an evaluation, without reading the rest of the row.
    Optional<UUID> jobOf(UUID evaluationId) {
        return getEntityManager()
                .createQuery("select jobId from EvaluationEntity where id = :id", UUID.class)
                .setParameter("id", evaluationId)
                .getResultStream()
                .findFirst();
    }

    /// The digest of the rows that an evaluation is about.
    Optional<String> datasetOf(UUID evaluationId) {
        List<?> digests = getEntityManager()
                .createNativeQuery("""
                        select job.dataset ->> 'digest' from evaluation join job on job.id = evaluation.job_id
                        where evaluation.id = :id""", String.class)
                .setParameter("id", evaluationId)
                .getResultList();
        return digests.stream().map(String.class::cast).findFirst();
    }

    List<EvaluationEntity> ofJobs(Collection<UUID> jobIds) {
        return list("jobId in ?1 order by jobId, position", jobIds);
    }
}
