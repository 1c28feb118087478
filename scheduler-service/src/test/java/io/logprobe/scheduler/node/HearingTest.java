package io.logprobe.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HearingTest {

    private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(60);

    @Test
    void schedulerThatHasHeardNothingIsDeaf() {
        assertThat(Hearing.NOTHING.steadyFor(Duration.ZERO, START)).isFalse();
    }

    @Test
    void probesWithoutAGapForAWholeLeaseMakeItTrustSilence() {
        Hearing hearing = probesUntil(60);

        assertThat(hearing.steadyFor(LEASE, START.plusSeconds(60))).isTrue();
    }

    @Test
    void shorterStretchIsNotEnough() {
        Hearing hearing = probesUntil(55);

        assertThat(hearing.steadyFor(LEASE, START.plusSeconds(59))).isFalse();
    }

    @Test
    void missingProbesMakeItDeafAtOnce() {
        Hearing hearing = probesUntil(300);

        assertThat(hearing.steadyFor(LEASE, START.plusSeconds(316))).isFalse();
    }

    @Test
    void stretchBeginsAnewAfterAGap() {
        Hearing hearing = probesUntil(300).heard(START.plusSeconds(330));

        assertThat(hearing).isEqualTo(new Hearing(START.plusSeconds(330), START.plusSeconds(330)));
    }

    private static Hearing probesUntil(int seconds) {
        Hearing hearing = Hearing.NOTHING;
        for (int second = 0; second <= seconds; second += 5) {
            hearing = hearing.heard(START.plusSeconds(second));
        }
        return hearing;
    }
}
