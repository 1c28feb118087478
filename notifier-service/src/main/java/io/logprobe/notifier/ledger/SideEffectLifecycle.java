package io.logprobe.notifier.ledger;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.notifier.ledger.SideEffectState.Claimed;
import io.logprobe.notifier.ledger.SideEffectState.Done;
import io.logprobe.notifier.ledger.SideEffectState.Failed;
import io.logprobe.notifier.ledger.SideEffectState.HandedOver;
import io.logprobe.notifier.ledger.SideEffectState.Planned;
import io.logprobe.notifier.ledger.SideEffectState.Retry;
import io.logprobe.notifier.ledger.SideEffectState.Unknown;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Every decision about one side effect, as functions of its state and of what was observed. What must never
/// happen is a second effect: an attempt that may have had one is looked up before the next, and where that is
/// impossible there is no next.
final class SideEffectLifecycle {

    private static final Failure SETTLING = new Failure(
            FailureKind.UPSTREAM_UNAVAILABLE, "an earlier attempt may still show up: waiting before the next");

    private final RetryPolicy policy;

    SideEffectLifecycle(RetryPolicy policy) {
        this.policy = policy;
    }

    /// Somebody has time for it.
    ///
    /// @return the state unchanged if it is not due, or if another one is at work
    Transition claim(SideEffectKind kind, SideEffectState state, Instant now) {
        return switch (state) {
            case Planned planned when !planned.dueAt().isAfter(now) -> claimed(state, Optional.empty(), now);
            case Retry retry when !retry.dueAt().isAfter(now) -> claimed(state, retry.inDoubtSince(), now);
            case Claimed claimed when claimed.until().isBefore(now) -> claimed(state, claimed.inDoubtSince(), now);
            case HandedOver handedOver
            when handedOver.until().isBefore(now) ->
                kind.verifiable() ? claimed(state, Optional.of(now), now) : undecided(handedOver);
            case Planned _, Retry _, Claimed _, HandedOver _, Done _, Failed _, Unknown _ -> Transition.to(state);
        };
    }

    /// The holder of the claim has looked.
    Transition prepared(Claimed claimed, Preparation preparation, Instant plannedAt, Instant now) {
        return switch (preparation) {
            case Preparation.Found found -> delivered(claimed.attempt(), found.receipt());
            case Preparation.Refused refused -> givenUp(claimed.attempt(), refused.failure());
            case Preparation.Unavailable unavailable ->
                again(
                        claimed.attempt(),
                        claimed.inDoubtSince(),
                        unavailable.failure(),
                        unavailable.pause(),
                        plannedAt,
                        now);
            case Preparation.Ready _ -> {
                Optional<Instant> settled = claimed.inDoubtSince().map(since -> since.plus(policy.settling()));
                yield settled.isPresent() && settled.get().isAfter(now)
                        ? Transition.to(new Retry(claimed.attempt(), settled.get(), claimed.inDoubtSince(), SETTLING))
                        : Transition.to(new HandedOver(claimed.attempt(), now.plus(policy.claim())));
            }
        };
    }

    /// The holder of the claim has acted.
    Transition performed(SideEffectKind kind, HandedOver handedOver, Outcome outcome, Instant plannedAt, Instant now) {
        int attempt = handedOver.attempt();
        return switch (outcome) {
            case Outcome.Accepted accepted -> delivered(attempt, accepted.receipt());
            case Outcome.Refused refused -> givenUp(attempt, refused.failure());
            case Outcome.Unavailable unavailable ->
                again(attempt, Optional.empty(), unavailable.failure(), unavailable.pause(), plannedAt, now);
            case Outcome.Unanswered unanswered ->
                kind.verifiable()
                        ? again(attempt, Optional.of(now), unanswered.failure(), unanswered.pause(), plannedAt, now)
                        : undecided(handedOver);
        };
    }

    private Transition claimed(SideEffectState state, Optional<Instant> inDoubtSince, Instant now) {
        return Transition.to(new Claimed(state.attempt() + 1, now.plus(policy.claim()), inDoubtSince));
    }

    private Transition again(
            int attempt,
            Optional<Instant> inDoubtSince,
            Failure failure,
            Optional<Duration> asked,
            Instant plannedAt,
            Instant now) {
        Instant dueAt = now.plus(longer(pauseAfter(attempt), asked.orElse(Duration.ZERO)));
        if (dueAt.isAfter(plannedAt.plus(policy.patience()))) {
            return givenUp(
                    attempt,
                    new Failure(
                            failure.kind(),
                            "given up after " + attempt + " attempts in "
                                    + policy.patience().toHours() + " h, the last one: " + failure.message()));
        }
        return Transition.to(new Retry(attempt, dueAt, inDoubtSince, failure));
    }

    private Duration pauseAfter(int attempt) {
        Duration doubled = policy.firstPause().multipliedBy(1L << Math.clamp(attempt - 1L, 0, 20));
        return doubled.compareTo(policy.longestPause()) < 0 ? doubled : policy.longestPause();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Transition delivered(int attempt, Receipt receipt) {
        return Transition.to(new Done(attempt, receipt), new Announcement.Delivered(receipt));
    }

    private static Transition givenUp(int attempt, Failure failure) {
        return Transition.to(new Failed(attempt, failure), new Announcement.GivenUp(failure));
    }

    private static Transition undecided(HandedOver handedOver) {
        return Transition.to(new Unknown(handedOver.attempt()), new Announcement.Undecided());
    }
}
