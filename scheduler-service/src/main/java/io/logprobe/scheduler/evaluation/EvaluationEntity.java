package io.logprobe.scheduler.evaluation;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.evaluation.ScoringWork;
import io.logprobe.contracts.spec.Provenance;
import io.logprobe.scheduler.evaluation.EvaluationState.Concluded;
import io.logprobe.scheduler.evaluation.EvaluationState.Granting;
import io.logprobe.scheduler.evaluation.EvaluationState.Queued;
import io.logprobe.scheduler.evaluation.EvaluationState.Running;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/// The row of an evaluation; [EvaluationState] is its meaning.
@Entity
@Table(name = "evaluation")
class EvaluationEntity {

    enum Phase {
        QUEUED,
        GRANTING,
        RUNNING,
        CONCLUDED
    }

    @Id
    private UUID id;

    @Column(nullable = false, updatable = false)
    private UUID jobId;

    @Column(nullable = false, updatable = false)
    private int position;

    @Column(nullable = false, updatable = false)
    private Instant queuedAt;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(nullable = false, updatable = false)
    private EvaluationRequest request;

    @Enumerated(EnumType.STRING)
    @Column(nullable = false, columnDefinition = "text")
    private Phase phase;

    private long epoch;
    private int fruitlessAttempts;
    private Instant notBefore;

    @Column(columnDefinition = "text")
    private String nodeId;

    private UUID bootId;
    private Instant expiresAt;
    private Integer doneAtGrant;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    private Conclusion conclusion;

    @JdbcTypeCode(SqlTypes.JSON)
    private Failure failure;

    @JdbcTypeCode(SqlTypes.JSON)
    private Provenance provenance;

    @JdbcTypeCode(SqlTypes.JSON)
    private ScoringWork work;

    @Version
    private long version;

    protected EvaluationEntity() {}

    EvaluationEntity(EvaluationRequest request, int position, Instant queuedAt) {
        this.id = request.evaluationId();
        this.jobId = request.jobId();
        this.position = position;
        this.queuedAt = queuedAt;
        this.request = request;
        this.phase = Phase.QUEUED;
        this.notBefore = queuedAt;
    }

    EvaluationState state() {
        return switch (phase) {
            case QUEUED -> new Queued(epoch, fruitlessAttempts, notBefore);
            case GRANTING -> new Granting(epoch, new NodeBoot(nodeId, bootId), expiresAt, fruitlessAttempts);
            case RUNNING -> new Running(epoch, new NodeBoot(nodeId, bootId), expiresAt, fruitlessAttempts, doneAtGrant);
            case CONCLUDED -> new Concluded(epoch, conclusion, failure);
        };
    }

    void enter(EvaluationState state) {
        epoch = state.epoch();
        switch (state) {
            case Queued queued -> {
                phase = Phase.QUEUED;
                fruitlessAttempts = queued.fruitlessAttempts();
                notBefore = queued.notBefore();
                release();
            }
            case Granting granting -> {
                phase = Phase.GRANTING;
                hold(granting.node(), granting.expiresAt(), granting.fruitlessAttempts());
            }
            case Running running -> {
                phase = Phase.RUNNING;
                hold(running.node(), running.expiresAt(), running.fruitlessAttempts());
                doneAtGrant = running.doneAtGrant();
            }
            case Concluded concluded -> {
                phase = Phase.CONCLUDED;
                conclusion = concluded.conclusion();
                failure = concluded.failure();
                release();
            }
        }
    }

    private void hold(NodeBoot node, Instant until, int fruitless) {
        nodeId = node.nodeId();
        bootId = node.bootId();
        expiresAt = until;
        fruitlessAttempts = fruitless;
    }

    private void release() {
        nodeId = null;
        bootId = null;
        expiresAt = null;
        doneAtGrant = null;
    }

    UUID id() {
        return id;
    }

    UUID jobId() {
        return jobId;
    }

    int position() {
        return position;
    }

    Instant queuedAt() {
        return queuedAt;
    }

    EvaluationRequest request() {
        return request;
    }

    Provenance provenance() {
        return provenance;
    }

    void provenance(Provenance standing) {
        provenance = standing;
    }

    ScoringWork work() {
        return work;
    }

    void work(ScoringWork last) {
        work = last;
    }
}
