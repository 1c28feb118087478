package io.logprobe.scheduler.evaluation;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.scheduler.evaluation.EvaluationState.Concluded;
import io.logprobe.scheduler.evaluation.EvaluationState.Granting;
import io.logprobe.scheduler.evaluation.EvaluationState.Queued;
import io.logprobe.scheduler.evaluation.EvaluationState.Running;
import java.time.Duration;
import java.time.Instant;

/// Every decision about one evaluation, as functions of its state and of what was observed.
final class EvaluationLifecycle {

    private final LeasePolicy policy;

    EvaluationLifecycle(LeasePolicy policy) {
        this.policy = policy;
    }

    /// A node has room: the evaluation goes to it, if it still waits.
    Transition grant(EvaluationState state, NodeBoot node, Instant now) {
        return switch (state) {
            case Queued queued
            when !now.isBefore(queued.notBefore()) -> {
                long epoch = queued.epoch() + 1;
                yield Transition.to(
                        new Granting(epoch, node, now.plus(policy.timeToLive()), queued.fruitlessAttempts()),
                        new Effect.LogGrant(epoch, node));
            }
            case Queued _, Granting _, Running _, Concluded _ -> Transition.stay(state);
        };
    }

    /// The grant was read back from the log: everything of earlier epochs has been counted, the node may start.
    Transition grantLogged(EvaluationState state, long epoch, int done, Instant now) {
        return switch (state) {
            case Granting granting
            when granting.epoch() == epoch ->
                Transition.to(
                        new Running(
                                epoch,
                                granting.node(),
                                now.plus(policy.timeToLive()),
                                granting.fruitlessAttempts(),
                                done),
                        new Effect.CommandRun(epoch, granting.node()));
            case Queued _, Granting _, Running _, Concluded _ -> Transition.stay(state);
        };
    }

    /// The node that holds the lease says that it is at work.
    EvaluationState renew(EvaluationState state, NodeBoot node, long epoch, Instant now) {
        return switch (state) {
            case Running running
            when running.epoch() == epoch && running.node().equals(node) ->
                new Running(
                        epoch, node, now.plus(policy.timeToLive()), running.fruitlessAttempts(), running.doneAtGrant());
            case Queued _, Granting _, Running _, Concluded _ -> state;
        };
    }

    /// The lease has run out, or its node was started anew.
    Transition leaseEnded(EvaluationState state, NodeBoot holder, String why, int done, Instant now) {
        Failure failure = new Failure(FailureKind.RESOURCE_EXHAUSTED, why);
        return switch (state) {
            // Nothing was commanded yet, so the attempt does not count as one.
            case Granting granting
            when granting.node().equals(holder) -> {
                // The marker may still come: its epoch must never be granted again.
                yield Transition.to(new Queued(granting.epoch(), granting.fruitlessAttempts(), now));
            }
            case Running running when running.node().equals(holder) -> attemptEnded(running, failure, done, now);
            case Queued _, Granting _, Running _, Concluded _ -> Transition.stay(state);
        };
    }

    /// The node that holds the lease stops in order. That says nothing against the evaluation, however often it comes.
    Transition nodeStopped(EvaluationState state, NodeBoot holder, int done, Instant now) {
        return switch (state) {
            case Granting granting
            when granting.node().equals(holder) ->
                Transition.to(new Queued(granting.epoch(), granting.fruitlessAttempts(), now));
            case Running running
            when running.node().equals(holder) ->
                Transition.to(new Queued(
                        running.epoch(), done > running.doneAtGrant() ? 0 : running.fruitlessAttempts(), now));
            case Queued _, Granting _, Running _, Concluded _ -> Transition.stay(state);
        };
    }

    /// The worker gave up, and says why.
    Transition attemptFailed(EvaluationState state, long epoch, Failure failure, int done, Instant now) {
        return switch (state) {
            case Running running
            when running.epoch() == epoch -> {
                if (!failure.kind().retryable()) {
                    yield conclude(running, Conclusion.FAILED, failure);
                }
                yield attemptEnded(running, failure, done, now);
            }
            case Queued _, Granting _, Running _, Concluded _ -> Transition.stay(state);
        };
    }

    /// The worker says that everything is published; it is believed if the count agrees.
    Transition scoringCompleted(EvaluationState state, long epoch, int expected, int done, Instant now) {
        if (state instanceof Concluded || state.loggedEpoch() != epoch) {
            return Transition.stay(state);
        }
        if (done == expected) {
            return conclude(state, Conclusion.COMPLETED, null);
        }
        Failure gap = new Failure(
                FailureKind.RESOURCE_EXHAUSTED,
                "the worker reported completion with " + done + " of " + expected + " examples published");
        return state instanceof Running running ? attemptEnded(running, gap, done, now) : Transition.stay(state);
    }

    /// The user has cancelled the job.
    Transition cancel(EvaluationState state) {
        return conclude(state, Conclusion.CANCELLED, null);
    }

    private Transition attemptEnded(Running running, Failure failure, int done, Instant now) {
        int fruitless = done > running.doneAtGrant() ? 0 : running.fruitlessAttempts() + 1;
        int limit = failure.kind() == FailureKind.UPSTREAM_UNAVAILABLE
                ? policy.upstreamAttempts()
                : policy.fruitlessAttempts();
        if (fruitless >= limit) {
            return conclude(
                    running,
                    Conclusion.FAILED,
                    new Failure(
                            failure.kind(),
                            fruitless + " attempts without progress, the last one: " + failure.message()));
        }
        return Transition.to(new Queued(running.epoch(), fruitless, now.plus(pause(fruitless))));
    }

    private Duration pause(int fruitless) {
        if (fruitless == 0) {
            return Duration.ZERO;
        }
        Duration doubled = policy.firstPause().multipliedBy(1L << Math.min(fruitless - 1, 20));
        return doubled.compareTo(policy.longestPause()) < 0 ? doubled : policy.longestPause();
    }

    private static Transition conclude(EvaluationState state, Conclusion conclusion, Failure failure) {
        long epoch = Math.max(1, state.epoch());
        Concluded concluded = new Concluded(epoch, conclusion, failure);
        Effect announcement = new Effect.Announce(epoch, conclusion, failure);
        return switch (state) {
            case Queued _ -> Transition.to(concluded, announcement);
            case Granting granting -> Transition.to(concluded, announcement);
            case Running running ->
                conclusion == Conclusion.CANCELLED
                        ? Transition.to(
                                concluded,
                                announcement,
                                new Effect.CommandStop(running.epoch(), running.node(), "the job was cancelled"))
                        : Transition.to(concluded, announcement);
            case Concluded already -> Transition.stay(already);
        };
    }
}
