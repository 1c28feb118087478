package io.logprobe.notifier.ledger;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SideEffectLifecycleTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant PAST = NOW.minusSeconds(1);
    private static final Instant FUTURE = NOW.plusSeconds(1);
    private static final Instant CLAIM_END = NOW.plusSeconds(60);
    private static final Failure FAILURE = new Failure(FailureKind.UPSTREAM_UNAVAILABLE, "no luck");
    private static final Receipt RECEIPT = new Receipt("7", "http://hub/a/b/discussions/7");
    private static final Preparation READY = new Preparation.Ready(() -> new Outcome.Accepted(RECEIPT));

    private final SideEffectLifecycle lifecycle = new SideEffectLifecycle(new DefaultPolicy());

    /// The documented defaults.
    private record DefaultPolicy() implements RetryPolicy {
        @Override
        public Duration claim() {
            return Duration.ofSeconds(60);
        }

        @Override
        public Duration settling() {
            return Duration.ofSeconds(30);
        }

        @Override
        public Duration firstPause() {
            return Duration.ofSeconds(5);
        }

        @Override
        public Duration longestPause() {
            return Duration.ofMinutes(15);
        }

        @Override
        public Duration patience() {
            return Duration.ofHours(24);
        }

        @Override
        public int parallel() {
            return 8;
        }
    }

    // ---- claim: every state

    @ParameterizedTest
    @EnumSource
    void claimsWhatIsPlannedAndDue(SideEffectKind kind) {
        assertThat(lifecycle.claim(kind, new Planned(PAST), NOW))
                .isEqualTo(Transition.to(new Claimed(1, CLAIM_END, Optional.empty())));
    }

    @ParameterizedTest
    @EnumSource
    void claimsRetryThatIsDueAndRemembersItsDoubt(SideEffectKind kind) {
        assertThat(lifecycle.claim(kind, new Retry(3, PAST, Optional.of(PAST), FAILURE), NOW))
                .isEqualTo(Transition.to(new Claimed(4, CLAIM_END, Optional.of(PAST))));
    }

    @ParameterizedTest
    @EnumSource
    void takesOverClaimOfTheDeadWithoutDoubtBecauseNothingWasHandedOver(SideEffectKind kind) {
        assertThat(lifecycle.claim(kind, new Claimed(1, PAST, Optional.empty()), NOW))
                .isEqualTo(Transition.to(new Claimed(2, CLAIM_END, Optional.empty())));
    }

    @Test
    void takesOverPullRequestThatWasHandedOverButMustLookFirst() {
        assertThat(lifecycle.claim(SideEffectKind.PULL_REQUEST, new HandedOver(1, PAST), NOW))
                .isEqualTo(Transition.to(new Claimed(2, CLAIM_END, Optional.of(NOW))));
    }

    @Test
    void neverResendsEmailThatWasHandedOver() {
        assertThat(lifecycle.claim(SideEffectKind.EMAIL, new HandedOver(1, PAST), NOW))
                .isEqualTo(Transition.to(new Unknown(1), new Announcement.Undecided()));
    }

    static Stream<SideEffectState> statesToLeaveAlone() {
        return Stream.of(
                new Planned(FUTURE),
                new Retry(1, FUTURE, Optional.empty(), FAILURE),
                new Claimed(1, FUTURE, Optional.empty()),
                new HandedOver(1, FUTURE),
                new Done(1, RECEIPT),
                new Failed(1, FAILURE),
                new Unknown(1));
    }

    @ParameterizedTest
    @MethodSource("statesToLeaveAlone")
    void leavesAloneWhatIsNotDueOrUnderWayOrEnded(SideEffectState state) {
        for (SideEffectKind kind : SideEffectKind.values()) {
            assertThat(lifecycle.claim(kind, state, NOW)).isEqualTo(Transition.to(state));
        }
    }

    // ---- prepared: every preparation

    @Test
    void handsOverWhatIsReady() {
        assertThat(prepared(Optional.empty(), READY)).isEqualTo(Transition.to(new HandedOver(1, CLAIM_END)));
    }

    @Test
    void waitsUntilEarlierAttemptWouldHaveShownUp() {
        Transition transition = prepared(Optional.of(NOW.minusSeconds(29)), READY);

        assertThat(transition.announcement()).isEmpty();
        assertThat(transition.state()).isInstanceOfSatisfying(Retry.class, retry -> {
            assertThat(retry.dueAt()).isEqualTo(FUTURE);
            assertThat(retry.inDoubtSince()).contains(NOW.minusSeconds(29));
        });
    }

    @Test
    void handsOverOnceEarlierAttemptWouldHaveShownUp() {
        assertThat(prepared(Optional.of(NOW.minusSeconds(30)), READY))
                .isEqualTo(Transition.to(new HandedOver(1, CLAIM_END)));
    }

    @Test
    void adoptsWhatAnEarlierAttemptLeft() {
        assertThat(prepared(Optional.of(PAST), new Preparation.Found(RECEIPT)))
                .isEqualTo(Transition.to(new Done(1, RECEIPT), new Announcement.Delivered(RECEIPT)));
    }

    @Test
    void givesUpWhatIsRefused() {
        assertThat(prepared(Optional.empty(), new Preparation.Refused(FAILURE)))
                .isEqualTo(Transition.to(new Failed(1, FAILURE), new Announcement.GivenUp(FAILURE)));
    }

    @Test
    void comesBackToWhatIsUnavailableAndKeepsTheDoubt() {
        assertThat(prepared(Optional.of(PAST), new Preparation.Unavailable(FAILURE, Optional.empty())))
                .isEqualTo(Transition.to(new Retry(1, NOW.plusSeconds(5), Optional.of(PAST), FAILURE)));
    }

    private Transition prepared(Optional<Instant> inDoubtSince, Preparation preparation) {
        return lifecycle.prepared(new Claimed(1, CLAIM_END, inDoubtSince), preparation, NOW, NOW);
    }

    // ---- performed: every outcome

    @ParameterizedTest
    @EnumSource
    void isDoneWhenAccepted(SideEffectKind kind) {
        assertThat(performed(kind, 1, new Outcome.Accepted(RECEIPT)))
                .isEqualTo(Transition.to(new Done(1, RECEIPT), new Announcement.Delivered(RECEIPT)));
    }

    @ParameterizedTest
    @EnumSource
    void failsWhenRefused(SideEffectKind kind) {
        assertThat(performed(kind, 1, new Outcome.Refused(FAILURE)))
                .isEqualTo(Transition.to(new Failed(1, FAILURE), new Announcement.GivenUp(FAILURE)));
    }

    @ParameterizedTest
    @EnumSource
    void comesBackWithoutDoubtWhenNothingCanHaveHappened(SideEffectKind kind) {
        assertThat(performed(kind, 1, new Outcome.Unavailable(FAILURE, Optional.empty())))
                .isEqualTo(Transition.to(new Retry(1, NOW.plusSeconds(5), Optional.empty(), FAILURE)));
    }

    @Test
    void doubtsPullRequestWithoutAnswer() {
        assertThat(performed(SideEffectKind.PULL_REQUEST, 1, new Outcome.Unanswered(FAILURE, Optional.empty())))
                .isEqualTo(Transition.to(new Retry(1, NOW.plusSeconds(5), Optional.of(NOW), FAILURE)));
    }

    @Test
    void leavesEmailWithoutAnswerUndecided() {
        assertThat(performed(SideEffectKind.EMAIL, 1, new Outcome.Unanswered(FAILURE, Optional.empty())))
                .isEqualTo(Transition.to(new Unknown(1), new Announcement.Undecided()));
    }

    private Transition performed(SideEffectKind kind, int attempt, Outcome outcome) {
        return lifecycle.performed(kind, new HandedOver(attempt, CLAIM_END), outcome, NOW, NOW);
    }

    // ---- pauses

    @Test
    void pausesLongerAfterEachAttemptUpToALimit() {
        assertThat(Stream.of(1, 2, 3, 8, 9, 1000).map(this::pauseAfter))
                .containsExactly(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(640),
                        Duration.ofMinutes(15),
                        Duration.ofMinutes(15));
    }

    private Duration pauseAfter(int attempt) {
        Outcome outcome = new Outcome.Unavailable(FAILURE, Optional.empty());
        Retry retry = (Retry) performed(SideEffectKind.EMAIL, attempt, outcome).state();
        return Duration.between(NOW, retry.dueAt());
    }

    @Test
    void pausesAsLongAsTheOtherSideAsks() {
        Outcome outcome = new Outcome.Unavailable(FAILURE, Optional.of(Duration.ofHours(1)));

        assertThat(performed(SideEffectKind.EMAIL, 1, outcome).state())
                .isEqualTo(new Retry(1, NOW.plus(Duration.ofHours(1)), Optional.empty(), FAILURE));
    }

    @Test
    void givesUpWhenTheNextAttemptWouldComeAfterAllPatience() {
        Instant plannedLongAgo = NOW.minus(Duration.ofHours(24)).plusSeconds(4);
        Outcome outcome = new Outcome.Unavailable(FAILURE, Optional.empty());

        Transition transition =
                lifecycle.performed(SideEffectKind.EMAIL, new HandedOver(9, CLAIM_END), outcome, plannedLongAgo, NOW);

        assertThat(transition.state()).isInstanceOfSatisfying(Failed.class, failed -> assertThat(
                        failed.failure().message())
                .isEqualTo("given up after 9 attempts in 24 h, the last one: no luck"));
        assertThat(transition.announcement()).containsInstanceOf(Announcement.GivenUp.class);
    }
}
