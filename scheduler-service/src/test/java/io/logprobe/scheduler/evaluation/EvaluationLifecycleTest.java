package io.logprobe.scheduler.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.scheduler.evaluation.EvaluationState.Concluded;
import io.logprobe.scheduler.evaluation.EvaluationState.Granting;
import io.logprobe.scheduler.evaluation.EvaluationState.Queued;
import io.logprobe.scheduler.evaluation.EvaluationState.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class EvaluationLifecycleTest {

    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final NodeBoot NODE = new NodeBoot("node-1", new UUID(0, 1));
    private static final NodeBoot OTHER = new NodeBoot("node-2", new UUID(0, 2));
    private static final Failure LOST = new Failure(FailureKind.RESOURCE_EXHAUSTED, "out of memory");

    private final EvaluationLifecycle lifecycle = new EvaluationLifecycle(new Policy());

    private static final Instant EXPIRY = NOW.plus(Duration.ofSeconds(60));
    private static final Queued QUEUED = new Queued(4, 1, NOW);
    private static final Granting GRANTING = new Granting(5, NODE, EXPIRY, 1);
    private static final Running RUNNING = new Running(5, NODE, EXPIRY, 1, 10);
    private static final Concluded CONCLUDED = new Concluded(5, Conclusion.COMPLETED, null);

    static Stream<EvaluationState> everyState() {
        return Stream.of(QUEUED, GRANTING, RUNNING, CONCLUDED);
    }

    @Nested
    class Granted {

        @Test
        void waitingEvaluationGoesToTheNodeUnderTheNextEpoch() {
            Transition transition = lifecycle.grant(QUEUED, NODE, NOW);

            assertThat(transition)
                    .isEqualTo(Transition.to(new Granting(5, NODE, EXPIRY, 1), new Effect.LogGrant(5, NODE)));
        }

        @Test
        void evaluationInItsPauseStaysInTheQueue() {
            Queued pausing = new Queued(4, 1, NOW.plusSeconds(1));

            assertThat(lifecycle.grant(pausing, NODE, NOW)).isEqualTo(Transition.stay(pausing));
        }

        @Test
        void evaluationThatIsTakenOrOverIsNotGrantedAgain() {
            assertThat(Stream.of(GRANTING, RUNNING, CONCLUDED))
                    .allSatisfy(state ->
                            assertThat(lifecycle.grant(state, OTHER, NOW)).isEqualTo(Transition.stay(state)));
        }

        @Test
        void nodeIsCommandedOnlyOnceTheGrantStandsInTheLog() {
            Transition transition = lifecycle.grantLogged(GRANTING, 5, 10, NOW);

            assertThat(transition).isEqualTo(Transition.to(RUNNING, new Effect.CommandRun(5, NODE)));
        }

        @Test
        void grantOfAnEarlierEpochInTheLogCommandsNobody() {
            assertThat(lifecycle.grantLogged(GRANTING, 4, 10, NOW)).isEqualTo(Transition.stay(GRANTING));
        }

        @Test
        void grantReadTwiceCommandsOnce() {
            assertThat(lifecycle.grantLogged(RUNNING, 5, 10, NOW)).isEqualTo(Transition.stay(RUNNING));
        }

        @Test
        void untilTheGrantStandsInTheLogTheEpochBeforeItCounts() {
            assertThat(everyState().map(EvaluationState::loggedEpoch)).containsExactly(4L, 4L, 5L, 5L);
        }
    }

    @Nested
    class Renewed {

        @Test
        void heartbeatOfTheHolderProlongsTheLease() {
            EvaluationState renewed = lifecycle.renew(RUNNING, NODE, 5, NOW.plusSeconds(30));

            assertThat(renewed).isEqualTo(new Running(5, NODE, NOW.plusSeconds(90), 1, 10));
        }

        @Test
        void heartbeatOfAnotherNodeOrEpochProlongsNothing() {
            assertThat(lifecycle.renew(RUNNING, OTHER, 5, NOW.plusSeconds(30))).isEqualTo(RUNNING);
            assertThat(lifecycle.renew(RUNNING, NODE, 4, NOW.plusSeconds(30))).isEqualTo(RUNNING);
        }
    }

    @Nested
    class Ended {

        @Test
        void lostAttemptWithNewResultsIsRepeatedAtOnceAndCountsAfresh() {
            Transition transition = lifecycle.leaseEnded(RUNNING, NODE, "silent", 11, NOW);

            assertThat(transition).isEqualTo(Transition.to(new Queued(5, 0, NOW)));
        }

        @Test
        void lostAttemptWithoutNewResultsIsRepeatedAfterAPause() {
            Transition transition = lifecycle.leaseEnded(RUNNING, NODE, "silent", 10, NOW);

            assertThat(transition).isEqualTo(Transition.to(new Queued(5, 2, NOW.plusSeconds(4))));
        }

        @Test
        void thirdAttemptWithoutNewResultsFailsTheEvaluationWithItsReason() {
            Running third = new Running(5, NODE, EXPIRY, 2, 10);

            Transition transition = lifecycle.leaseEnded(third, NODE, "silent", 10, NOW);

            Failure failure =
                    new Failure(FailureKind.RESOURCE_EXHAUSTED, "3 attempts without progress, the last one: silent");
            assertThat(transition)
                    .isEqualTo(Transition.to(
                            new Concluded(5, Conclusion.FAILED, failure),
                            new Effect.Announce(5, Conclusion.FAILED, failure)));
        }

        @Test
        void orderlyStopsOfTheNodeNeverFailTheEvaluationThoughNothingNewCame() {
            Running third = new Running(5, NODE, EXPIRY, 2, 10);

            assertThat(lifecycle.nodeStopped(third, NODE, 10, NOW)).isEqualTo(Transition.to(new Queued(5, 2, NOW)));
            assertThat(lifecycle.nodeStopped(third, NODE, 11, NOW)).isEqualTo(Transition.to(new Queued(5, 0, NOW)));
            assertThat(lifecycle.nodeStopped(GRANTING, NODE, 10, NOW)).isEqualTo(Transition.to(new Queued(5, 1, NOW)));
        }

        @Test
        void leaseOfAnotherHolderOutlivesTheStopOfANode() {
            assertThat(everyState()).allSatisfy(state -> assertThat(lifecycle.nodeStopped(state, OTHER, 10, NOW))
                    .isEqualTo(Transition.stay(state)));
        }

        @Test
        void leaseThatEndsBeforeItsCommandIsNoAttempt() {
            assertThat(lifecycle.leaseEnded(GRANTING, NODE, "silent", 10, NOW))
                    .isEqualTo(Transition.to(new Queued(5, 1, NOW)));
        }

        @Test
        void leaseOfAnotherHolderIsNotEnded() {
            assertThat(everyState())
                    .allSatisfy(state -> assertThat(lifecycle.leaseEnded(state, OTHER, "silent", 10, NOW))
                            .isEqualTo(Transition.stay(state)));
        }

        @Test
        void invalidInputFailsAtOnce() {
            Failure damaged = new Failure(FailureKind.INVALID_INPUT, "model.safetensors is truncated");

            Transition transition = lifecycle.attemptFailed(RUNNING, 5, damaged, 10, NOW);

            assertThat(transition.next()).isEqualTo(new Concluded(5, Conclusion.FAILED, damaged));
        }

        @ParameterizedTest
        @EnumSource
        void onlyRetryableFailuresAreTriedAgain(FailureKind kind) {
            Transition transition = lifecycle.attemptFailed(RUNNING, 5, new Failure(kind, "reason"), 10, NOW);

            assertThat(transition.next() instanceof Queued).isEqualTo(kind.retryable());
        }

        @Test
        void failureOfAnEarlierEpochChangesNothing() {
            assertThat(lifecycle.attemptFailed(RUNNING, 4, LOST, 10, NOW)).isEqualTo(Transition.stay(RUNNING));
        }

        @Test
        void upstreamFailuresAreTriedMoreOftenAndWithALongerPause() {
            Running ninth = new Running(5, NODE, EXPIRY, 8, 10);
            Failure upstream = new Failure(FailureKind.UPSTREAM_UNAVAILABLE, "the Hub answered 503");

            Transition transition = lifecycle.attemptFailed(ninth, 5, upstream, 10, NOW);

            assertThat(transition.next()).isEqualTo(new Queued(5, 9, NOW.plus(Duration.ofMinutes(5))));
        }
    }

    @Nested
    class Completed {

        @ParameterizedTest
        @MethodSource("io.logprobe.scheduler.evaluation.EvaluationLifecycleTest#everyState")
        void fullCountConcludesWhoeverHoldsTheLeaseNow(EvaluationState state) {
            Transition transition = lifecycle.scoringCompleted(state, state.loggedEpoch(), 40, 40, NOW);

            assertThat(((Concluded) transition.next()).conclusion()).isEqualTo(Conclusion.COMPLETED);
        }

        @Test
        void missingExamplesAreScoredByAnotherAttempt() {
            assertThat(lifecycle.scoringCompleted(RUNNING, 5, 40, 39, NOW).next())
                    .isEqualTo(new Queued(5, 0, NOW));
        }

        @Test
        void concludedEvaluationIsAnnouncedOnce() {
            assertThat(lifecycle.scoringCompleted(CONCLUDED, 5, 40, 40, NOW).effects())
                    .isEmpty();
        }
    }

    @Nested
    class Cancelled {

        @Test
        void nodeAtWorkIsToldToStop() {
            assertThat(lifecycle.cancel(RUNNING).effects())
                    .containsExactly(
                            new Effect.Announce(5, Conclusion.CANCELLED, null),
                            new Effect.CommandStop(5, NODE, "the job was cancelled"));
        }

        @Test
        void neverGrantedEvaluationIsAnnouncedUnderAValidEpoch() {
            assertThat(lifecycle.cancel(new Queued(0, 0, NOW)).effects())
                    .isEqualTo(List.of(new Effect.Announce(1, Conclusion.CANCELLED, null)));
        }

        @Test
        void whatIsOverStaysAsItIs() {
            assertThat(lifecycle.cancel(CONCLUDED)).isEqualTo(Transition.stay(CONCLUDED));
        }

        @Test
        void grantReadAfterCancellingCommandsNobody() {
            EvaluationState cancelled = lifecycle.cancel(GRANTING).next();

            assertThat(lifecycle.grantLogged(cancelled, 5, 10, NOW)).isEqualTo(Transition.stay(cancelled));
        }
    }

    /// The defaults, written out: a change of them must show here.
    private record Policy() implements LeasePolicy {
        @Override
        public Duration timeToLive() {
            return Duration.ofSeconds(60);
        }

        @Override
        public int fruitlessAttempts() {
            return 3;
        }

        @Override
        public int upstreamAttempts() {
            return 10;
        }

        @Override
        public Duration firstPause() {
            return Duration.ofSeconds(2);
        }

        @Override
        public Duration longestPause() {
            return Duration.ofMinutes(5);
        }
    }
}
