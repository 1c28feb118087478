package io.logprobe.notifier.ledger;

import io.logprobe.contracts.Failure;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/// A row of the ledger.
@Entity
@Table(name = "side_effect")
class SideEffectEntity {

    enum Phase {
        PLANNED,
        CLAIMED,
        HANDED_OVER,
        RETRY,
        DONE,
        FAILED,
        UNKNOWN
    }

    @Id
    private UUID id;

    @Enumerated(EnumType.STRING)
    @Column(nullable = false, updatable = false, columnDefinition = "text")
    private SideEffectKind kind;

    @Column(nullable = false, updatable = false, columnDefinition = "text")
    private String subject;

    @Column(nullable = false, updatable = false)
    private UUID jobId;

    @Column(updatable = false, columnDefinition = "text")
    private String lane;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(nullable = false, updatable = false)
    private String work;

    @Column(nullable = false, updatable = false)
    private Instant plannedAt;

    @Enumerated(EnumType.STRING)
    @Column(nullable = false, columnDefinition = "text")
    private Phase phase;

    private int attempt;
    private Instant dueAt;
    private Instant claimedUntil;
    private Instant inDoubtSince;

    @Column(columnDefinition = "text")
    private String receiptId;

    @Column(columnDefinition = "text")
    private String receiptDetail;

    @JdbcTypeCode(SqlTypes.JSON)
    private Failure failure;

    protected SideEffectEntity() {}

    SideEffectEntity(SideEffectKind kind, String subject, UUID jobId, String lane, String work, Instant plannedAt) {
        this.id = idOf(kind, subject);
        this.kind = kind;
        this.subject = subject;
        this.jobId = jobId;
        this.lane = lane;
        this.work = work;
        this.plannedAt = plannedAt;
        enter(new SideEffectState.Planned(plannedAt));
    }

    static UUID idOf(SideEffectKind kind, String subject) {
        return UUID.nameUUIDFromBytes((kind + "/" + subject).getBytes(StandardCharsets.UTF_8));
    }

    UUID id() {
        return id;
    }

    SideEffectKind kind() {
        return kind;
    }

    Optional<String> lane() {
        return Optional.ofNullable(lane);
    }

    Instant plannedAt() {
        return plannedAt;
    }

    SideEffect view() {
        return new SideEffect(id, kind, subject, jobId, work);
    }

    SideEffectResult result() {
        Receipt receipt = receiptId == null ? null : new Receipt(receiptId, receiptDetail);
        return new SideEffectResult(subject, Optional.ofNullable(receipt), Optional.ofNullable(failure));
    }

    SideEffectState state() {
        Optional<Instant> doubt = Optional.ofNullable(inDoubtSince);
        return switch (phase) {
            case PLANNED -> new SideEffectState.Planned(dueAt);
            case CLAIMED -> new SideEffectState.Claimed(attempt, claimedUntil, doubt);
            case HANDED_OVER -> new SideEffectState.HandedOver(attempt, claimedUntil);
            case RETRY -> new SideEffectState.Retry(attempt, dueAt, doubt, failure);
            case DONE -> new SideEffectState.Done(attempt, new Receipt(receiptId, receiptDetail));
            case FAILED -> new SideEffectState.Failed(attempt, failure);
            case UNKNOWN -> new SideEffectState.Unknown(attempt);
        };
    }

    final void enter(SideEffectState state) {
        attempt = state.attempt();
        dueAt = null;
        claimedUntil = null;
        inDoubtSince = null;
        switch (state) {
            case SideEffectState.Planned planned -> {
                phase = Phase.PLANNED;
                dueAt = planned.dueAt();
            }
            case SideEffectState.Claimed claimed -> {
                phase = Phase.CLAIMED;
                claimedUntil = claimed.until();
                inDoubtSince = claimed.inDoubtSince().orElse(null);
            }
            case SideEffectState.HandedOver handedOver -> {
                phase = Phase.HANDED_OVER;
                claimedUntil = handedOver.until();
            }
            case SideEffectState.Retry retry -> {
                phase = Phase.RETRY;
                dueAt = retry.dueAt();
                inDoubtSince = retry.inDoubtSince().orElse(null);
                failure = retry.lastFailure();
            }
            case SideEffectState.Done done -> {
                phase = Phase.DONE;
                receiptId = done.receipt().id();
                receiptDetail = done.receipt().detail();
                failure = null;
            }
            case SideEffectState.Failed failed -> {
                phase = Phase.FAILED;
                failure = failed.failure();
            }
            case SideEffectState.Unknown _ -> phase = Phase.UNKNOWN;
        }
    }
}
