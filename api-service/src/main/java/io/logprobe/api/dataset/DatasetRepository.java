package io.logprobe.api.dataset;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class DatasetRepository implements PanacheRepositoryBase<DatasetEntity, String> {

    /// Lets one transaction at a time store the same rows.
    void lock(String digest) {
        getEntityManager()
                .createNativeQuery("select pg_advisory_xact_lock(hashtextextended(:digest, 0))")
                .setParameter("digest", digest)
                .getSingleResult();
    }
}
