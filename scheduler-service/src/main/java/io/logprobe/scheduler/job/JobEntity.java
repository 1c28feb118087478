package io.logprobe.scheduler.job;

import io.logprobe.contracts.job.JobSubmitted;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
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
    private JobSubmitted submission;

    private boolean cancelled;
    private boolean concluded;

    protected JobEntity() {}

    JobEntity(JobSubmitted submission) {
        this.id = submission.jobId();
        this.submittedAt = submission.submittedAt();
        this.submission = submission;
    }

    UUID id() {
        return id;
    }

    Instant submittedAt() {
        return submittedAt;
    }

    JobSubmitted submission() {
        return submission;
    }

    boolean cancelled() {
        return cancelled;
    }

    void cancel() {
        cancelled = true;
    }

    boolean concluded() {
        return concluded;
    }

    void conclude() {
        concluded = true;
    }
}
