package io.logprobe.api.live;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Counts the changes of each job. Its row is also the lock of the job: whoever changes anything of the job or its
/// evaluations announces that first, and so waits for whoever else does.
@ApplicationScoped
public class JobChanges {

    private final EntityManager database;

    JobChanges(EntityManager database) {
        this.database = database;
    }

    /// A new job has its first version.
    @Transactional(Transactional.TxType.MANDATORY)
    public void begin(UUID jobId) {
        database.createNativeQuery("insert into job_change (job_id, version) values (:jobId, 1)")
                .setParameter("jobId", jobId)
                .executeUpdate();
    }

    /// Announces a change within the caller's transaction and waits for others that are changing the job.
    ///
    /// @return false if there is no such job
    @Transactional(Transactional.TxType.MANDATORY)
    public boolean announce(UUID jobId) {
        return database.createNativeQuery("update job_change set version = version + 1 where job_id = :jobId")
                        .setParameter("jobId", jobId)
                        .executeUpdate()
                == 1;
    }

    /// The current version of each job that exists.
    @Transactional
    public Map<UUID, Long> versions(Collection<UUID> jobIds) {
        List<?> rows = database.createNativeQuery("select job_id, version from job_change where job_id in (:jobIds)")
                .setParameter("jobIds", jobIds)
                .getResultList();
        Map<UUID, Long> versions = new HashMap<>();
        for (Object row : rows) {
            Object[] columns = (Object[]) row;
            versions.put((UUID) columns[0], ((Number) columns[1]).longValue());
        }
        return versions;
    }
}
