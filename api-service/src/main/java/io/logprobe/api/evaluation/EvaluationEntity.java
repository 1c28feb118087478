package io.logprobe.api.evaluation;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.outcome.EvaluationMetrics;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.Provenance;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/// The row of an evaluation; [EvaluationProgress] is the meaning of what the log changes in it.
@Entity
@Table(name = "evaluation")
class EvaluationEntity {

    @Id
    private UUID id;

    @Column(nullable = false, updatable = false)
    private UUID jobId;

    @Column(nullable = false, updatable = false)
    private int position;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(nullable = false, updatable = false)
    private ModelRevision model;

    @Enumerated(EnumType.STRING)
    @Column(nullable = false, columnDefinition = "text")
    private EvaluationState state;

    private long epoch;
    private boolean closed;

    @JdbcTypeCode(SqlTypes.JSON)
    private Provenance provenance;

    private int total;
    private int done;
    private int doneBefore;
    private double attemptFraction;

    @Column(columnDefinition = "text")
    private String phase;

    @JdbcTypeCode(SqlTypes.JSON)
    private EvaluationMetrics metrics;

    private Double examplesPerSecond;

    @JdbcTypeCode(SqlTypes.JSON)
    private Failure failure;

    protected EvaluationEntity() {}

    EvaluationEntity(UUID id, UUID jobId, int position, ModelRevision model, int total) {
        this.id = id;
        this.jobId = jobId;
        this.position = position;
        this.model = model;
        progress(EvaluationProgress.queued(total));
    }

    UUID id() {
        return id;
    }

    UUID jobId() {
        return jobId;
    }

    EvaluationProgress progress() {
        return new EvaluationProgress(
                epoch, closed, state, provenance, total, done, doneBefore, attemptFraction, phase);
    }

    final void progress(EvaluationProgress next) {
        epoch = next.epoch();
        closed = next.closed();
        state = next.state();
        provenance = next.provenance();
        total = next.total();
        done = next.done();
        doneBefore = next.doneBefore();
        attemptFraction = next.attemptFraction();
        phase = next.phase();
    }

    void complete(EvaluationMetrics figures, double speed, Provenance origin) {
        progress(progress().ended(EvaluationState.COMPLETED));
        metrics = figures;
        examplesPerSecond = speed;
        provenance = origin;
    }

    void fail(Failure reason) {
        progress(progress().ended(EvaluationState.FAILED));
        failure = reason;
    }

    void cancel() {
        progress(progress().ended(EvaluationState.CANCELLED));
    }

    /// It is shown as completed once its results can all be had.
    EvaluationStatus status() {
        boolean ahead = progress().outcomeIsAhead();
        return new EvaluationStatus(
                id,
                model,
                ahead ? EvaluationState.RUNNING : state,
                ahead || metrics == null ? done : metrics.exampleCount(),
                total,
                ahead ? "counting results" : phase,
                progress().fraction(),
                epoch,
                ahead ? null : metrics,
                ahead ? null : examplesPerSecond,
                provenance,
                failure);
    }
}
