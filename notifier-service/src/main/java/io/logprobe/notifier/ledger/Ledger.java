package io.logprobe.notifier.ledger;

import io.logprobe.contracts.delivery.DeliveryEvent;
import io.logprobe.messaging.Outbox;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// The book of side effects: a row stands in it before anything is tried, and every step is entered before the next
/// is taken. Each method is one short transaction; nothing outside the database is called in it.
@ApplicationScoped
public class Ledger {

    private final SideEffectRepository repository;
    private final Outbox outbox;
    private final RetryPolicy policy;
    private final SideEffectLifecycle lifecycle;

    Ledger(SideEffectRepository repository, Outbox outbox, RetryPolicy policy) {
        this.repository = repository;
        this.outbox = outbox;
        this.policy = policy;
        this.lifecycle = new SideEffectLifecycle(policy);
    }

    /// A side effect that this process may work on, until somebody else may.
    record Claim(SideEffect effect, SideEffectState.Claimed state) {}

    /// Enters a side effect in the caller's transaction, unless it stands there already.
    ///
    /// @param lane side effects of one lane are never under way at once; null for no such limit
    /// @param work what the courier needs, in JSON
    @Transactional(Transactional.TxType.MANDATORY)
    public void plan(SideEffectKind kind, String subject, UUID jobId, String lane, String work) {
        if (repository.findById(SideEffectEntity.idOf(kind, subject)) == null) {
            repository.persist(new SideEffectEntity(kind, subject, jobId, lane, work, repository.now()));
        }
    }

    /// How the side effects of a job stand, by subject.
    public Map<String, SideEffectResult> results(UUID jobId, SideEffectKind kind) {
        return QuarkusTransaction.requiringNew().call(() -> repository.ofJob(jobId, kind).stream()
                .map(SideEffectEntity::result)
                .collect(Collectors.toMap(SideEffectResult::subject, result -> result)));
    }

    /// Claims what is due, at most `limit` side effects. Those that nobody can decide any more are closed on the way.
    List<Claim> claimDue(int limit, BiFunction<SideEffect, Announcement, DeliveryEvent> events) {
        return QuarkusTransaction.requiringNew().call(() -> {
            Instant now = repository.now();
            List<Claim> claims = new ArrayList<>();
            Set<String> lanes = new HashSet<>();
            for (SideEffectEntity row : repository.lockDue(now, policy.patience(), limit)) {
                if (row.lane().isPresent() && !lanes.add(row.lane().get())) {
                    continue;
                }
                SideEffectState state = enter(row, lifecycle.claim(row.kind(), row.state(), now), events);
                if (state instanceof SideEffectState.Claimed claimed) {
                    claims.add(new Claim(row.view(), claimed));
                }
            }
            return claims;
        });
    }

    /// Enters what the courier found.
    ///
    /// @return the new state; nothing if the claim was lost to somebody else
    Optional<SideEffectState> enterPreparation(
            Claim claim, Preparation preparation, BiFunction<SideEffect, Announcement, DeliveryEvent> events) {
        return QuarkusTransaction.requiringNew().call(() -> {
            SideEffectEntity row = repository.lock(claim.effect().id()).orElseThrow();
            if (!(row.state() instanceof SideEffectState.Claimed held)
                    || held.attempt() != claim.state().attempt()) {
                return Optional.empty();
            }
            return Optional.of(
                    enter(row, lifecycle.prepared(held, preparation, row.plannedAt(), repository.now()), events));
        });
    }

    /// Enters what came of the act.
    ///
    /// @return the new state; nothing if the claim was lost to somebody else
    Optional<SideEffectState> enterOutcome(
            Claim claim, Outcome outcome, BiFunction<SideEffect, Announcement, DeliveryEvent> events) {
        return QuarkusTransaction.requiringNew().call(() -> {
            SideEffectEntity row = repository.lock(claim.effect().id()).orElseThrow();
            if (!(row.state() instanceof SideEffectState.HandedOver held)
                    || held.attempt() != claim.state().attempt()) {
                return Optional.empty();
            }
            return Optional.of(enter(
                    row, lifecycle.performed(row.kind(), held, outcome, row.plannedAt(), repository.now()), events));
        });
    }

    private SideEffectState enter(
            SideEffectEntity row, Transition transition, BiFunction<SideEffect, Announcement, DeliveryEvent> events) {
        row.enter(transition.state());
        transition.announcement().ifPresent(announcement -> outbox.publish(events.apply(row.view(), announcement)));
        return transition.state();
    }
}
