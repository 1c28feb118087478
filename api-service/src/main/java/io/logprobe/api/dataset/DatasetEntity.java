package io.logprobe.api.dataset;

import io.logprobe.api.rows.CanonicalRows;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/// Canonical rows, found by their digest; the bytes are in the chunks of [DatasetChunks].
@Entity
@Table(name = "dataset")
class DatasetEntity {

    @Id
    @Column(columnDefinition = "text")
    private String digest;

    @Column(nullable = false, updatable = false)
    private int exampleCount;

    @Column(nullable = false, updatable = false)
    private long sizeBytes;

    @Column(nullable = false, updatable = false)
    private int fewestClasses;

    @Column(nullable = false, updatable = false)
    private int mostClasses;

    @Column(nullable = false, updatable = false)
    private Instant storedAt;

    protected DatasetEntity() {}

    DatasetEntity(CanonicalRows rows, Instant storedAt) {
        this.digest = rows.digest();
        this.exampleCount = rows.exampleCount();
        this.sizeBytes = rows.bytes();
        this.fewestClasses = rows.fewestClasses();
        this.mostClasses = rows.mostClasses();
        this.storedAt = storedAt;
    }

    String digest() {
        return digest;
    }

    int exampleCount() {
        return exampleCount;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    int fewestClasses() {
        return fewestClasses;
    }

    int mostClasses() {
        return mostClasses;
    }
}
