package io.logprobe.api.dataset;

import io.logprobe.api.rows.ColumnMapping;
import io.logprobe.contracts.spec.DatasetRevision;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A name under which canonical rows are known: many sources may have equal rows.
@Entity
@Table(name = "dataset_source")
class DatasetSourceEntity {

    @Id
    private UUID id;

    @Column(nullable = false, updatable = false, columnDefinition = "text")
    private String datasetId;

    @Column(nullable = false, updatable = false, columnDefinition = "text")
    private String config;

    @Column(nullable = false, updatable = false, columnDefinition = "text")
    private String split;

    @Column(updatable = false, columnDefinition = "text")
    private String revision;

    @Column(nullable = false, updatable = false, columnDefinition = "text")
    private String textColumn;

    @Column(nullable = false, updatable = false, columnDefinition = "text")
    private String classesColumn;

    @Column(nullable = false, updatable = false, columnDefinition = "text")
    private String targetColumn;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    @JoinColumn(name = "digest", updatable = false)
    private DatasetEntity dataset;

    @Column(nullable = false)
    private Instant usedAt;

    protected DatasetSourceEntity() {}

    DatasetSourceEntity(DatasetSource source, DatasetEntity dataset, Instant usedAt) {
        ColumnMapping columns = source.columns();
        this.id = UUID.randomUUID();
        this.datasetId = source.id();
        this.config = source.config();
        this.split = source.split();
        this.revision = source.revision();
        this.textColumn = columns.text();
        this.classesColumn = columns.classes();
        this.targetColumn = columns.target();
        this.dataset = dataset;
        this.usedAt = usedAt;
    }

    void used(Instant now) {
        usedAt = now;
    }

    DatasetEntity dataset() {
        return dataset;
    }

    DatasetRevision toRevision() {
        return new DatasetRevision(datasetId, config, split, revision, dataset.digest(), dataset.exampleCount());
    }

    DatasetView.Name toName() {
        return new DatasetView.Name(
                datasetId, config, split, revision, new ColumnMapping(textColumn, classesColumn, targetColumn));
    }

    /// @param names all names of these rows, this one first
    DatasetView toView(List<DatasetView.Name> names) {
        return new DatasetView(
                dataset.digest(),
                datasetId,
                config,
                split,
                revision,
                dataset.exampleCount(),
                new DatasetView.Range(dataset.fewestClasses(), dataset.mostClasses()),
                names.getFirst().columns(),
                names);
    }
}
