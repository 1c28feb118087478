package io.logprobe.notifier.ledger;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.delivery.DeliveryEvent;
import io.logprobe.messaging.DatabaseTrouble;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Carries one side effect from claim to end: look, enter, act, enter.
@ApplicationScoped
class Deliveries {

    static final String ENDED = "logprobe.effects.ended";

    private static final Logger LOG = Logger.getLogger(Deliveries.class);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Ledger ledger;
    private final RetryPolicy policy;
    private final MeterRegistry meters;
    private final Map<SideEffectKind, Courier> couriers = new EnumMap<>(SideEffectKind.class);

    Deliveries(Ledger ledger, RetryPolicy policy, MeterRegistry meters, @All List<Courier> couriers) {
        this.ledger = ledger;
        this.policy = policy;
        this.meters = meters;
        couriers.forEach(courier -> this.couriers.put(courier.kind(), courier));
    }

    List<Ledger.Claim> claim(int limit) {
        return ledger.claimDue(limit, this::event);
    }

    void deliver(Ledger.Claim claim) {
        Preparation preparation = prepare(claim.effect());
        long deadline = System.nanoTime() + policy.claim().toNanos();
        Optional<SideEffectState> entered = ledger.enterPreparation(claim, preparation, this::event);
        if (entered.isEmpty()) {
            LOG.warnf(
                    "%s %s was taken over by another notifier",
                    claim.effect().kind(), claim.effect().subject());
            return;
        }
        if (entered.get() instanceof SideEffectState.HandedOver
                && preparation instanceof Preparation.Ready(Preparation.Handover handover)) {
            act(claim, handover, deadline);
        }
    }

    private void act(Ledger.Claim claim, Preparation.Handover handover, long deadline) {
        // A process that slept here for long may have been given up: then it must not act any more.
        if (System.nanoTime() - deadline > 0) {
            LOG.warnf(
                    "%s %s: woke up too late to act",
                    claim.effect().kind(), claim.effect().subject());
            return;
        }
        Outcome outcome = perform(claim.effect(), handover);
        if (enterOutcome(claim, outcome, deadline).isEmpty()) {
            LOG.warnf(
                    "%s %s ended with %s after another notifier had taken over",
                    claim.effect().kind(), claim.effect().subject(), outcome);
        }
    }

    /// Does not give up while the claim stands: what is known now, nobody can find out later.
    private Optional<SideEffectState> enterOutcome(Ledger.Claim claim, Outcome outcome, long deadline) {
        while (true) {
            try {
                return ledger.enterOutcome(claim, outcome, this::event);
            } catch (RuntimeException e) {
                if (!DatabaseTrouble.isTransient(e) || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LOG.warnf(
                        "the outcome of %s %s waits for the database: %s",
                        claim.effect().kind(), claim.effect().subject(), e.getMessage());
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the database", e);
        }
    }

    private Preparation prepare(SideEffect effect) {
        try {
            return couriers.get(effect.kind()).prepare(effect);
        } catch (RuntimeException e) {
            if (DatabaseTrouble.isTransient(e)) {
                // No reason to give up: the claim runs out, and somebody prepares it again.
                throw e;
            }
            LOG.errorf(e, "%s %s could not be prepared", effect.kind(), effect.subject());
            return new Preparation.Refused(defect(e));
        }
    }

    private static Outcome perform(SideEffect effect, Preparation.Handover handover) {
        try {
            return handover.perform();
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s %s broke off", effect.kind(), effect.subject());
            return new Outcome.Unanswered(defect(e), Optional.empty());
        }
    }

    private static Failure defect(RuntimeException e) {
        return new Failure(FailureKind.INTERNAL, "unexpected " + e.getClass().getSimpleName() + ", see the log");
    }

    private DeliveryEvent event(SideEffect effect, Announcement announcement) {
        String end =
                switch (announcement) {
                    case Announcement.Delivered _ -> "delivered";
                    case Announcement.GivenUp _ -> "given up";
                    case Announcement.Undecided _ -> "undecided";
                };
        meters.counter(ENDED, "kind", effect.kind().name(), "end", end).increment();
        return couriers.get(effect.kind()).event(effect, announcement);
    }
}
