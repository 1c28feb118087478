package io.logprobe.api.job;

import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.ScoringOptions;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

@Entity
@Table(name = "job")
class JobEntity {

    @Id
    private UUID id;

    @Column(nullable = false, updatable = false)
    private Instant submittedAt;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(nullable = false, updatable = false)
    private DatasetRevision dataset;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(nullable = false, updatable = false)
    private ScoringOptions options;

    @Column(nullable = false, updatable = false)
    private boolean publish;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(nullable = false, updatable = false)
    private List<String> emails;

    private Instant cancelRequestedAt;
    private Instant concludedAt;

    protected JobEntity() {}

    JobEntity(
            UUID id,
            Instant submittedAt,
            DatasetRevision dataset,
            ScoringOptions options,
            boolean publish,
            List<String> emails) {
        this.id = id;
        this.submittedAt = submittedAt;
        this.dataset = dataset;
        this.options = options;
        this.publish = publish;
        this.emails = List.copyOf(emails);
    }

    UUID id() {
        return id;
    }

    Instant submittedAt() {
        return submittedAt;
    }

    DatasetRevision dataset() {
        return dataset;
    }

    ScoringOptions options() {
        return options;
    }

    boolean publish() {
        return publish;
    }

    List<String> emails() {
        return emails;
    }

    boolean cancelRequested() {
        return cancelRequestedAt != null;
    }

    void cancelRequested(Instant when) {
        cancelRequestedAt = when;
    }

    Instant concludedAt() {
        return concludedAt;
    }

    void concluded(Instant when) {
        concludedAt = when;
    }
}
