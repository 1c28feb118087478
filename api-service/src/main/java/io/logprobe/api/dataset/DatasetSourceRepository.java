package io.logprobe.api.dataset;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class DatasetSourceRepository implements PanacheRepositoryBase<DatasetSourceEntity, UUID> {

    /// The rows that were read from a commit of the Hub before.
    Optional<DatasetSourceEntity> read(DatasetSource source) {
        return find(
                        "datasetId = ?1 and config = ?2 and split = ?3 and revision = ?4"
                                + " and textColumn = ?5 and classesColumn = ?6 and targetColumn = ?7",
                        source.id(),
                        source.config(),
                        source.split(),
                        source.revision(),
                        source.columns().text(),
                        source.columns().classes(),
                        source.columns().target())
                .firstResultOptional();
    }

    /// The name that an upload with these rows was given under.
    Optional<DatasetSourceEntity> uploaded(DatasetSource source, String digest) {
        return find(
                        "datasetId = ?1 and split = ?2 and revision is null and dataset.digest = ?3",
                        source.id(),
                        source.split(),
                        digest)
                .firstResultOptional();
    }

    /// The names of these rows, that used last first.
    List<DatasetSourceEntity> of(String digest) {
        return list("dataset.digest = ?1 order by usedAt desc, id", digest);
    }
}
