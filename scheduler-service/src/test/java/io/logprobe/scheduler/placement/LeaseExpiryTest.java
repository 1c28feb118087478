package io.logprobe.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.scheduler.evaluation.LeaseView;
import io.logprobe.scheduler.evaluation.NodeBoot;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LeaseExpiryTest {

    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

    @Test
    void leaseThatNobodyRenewedHasRunOut() {
        List<LeaseView> leases = leases(1, 3);

        assertThat(LeaseExpiry.expired(leases, NOW, true)).containsExactly(leases.getFirst());
    }

    @Test
    void nothingRunsOutWhileTheSchedulerIsDeaf() {
        assertThat(LeaseExpiry.expired(leases(1, 3), NOW, false)).isEmpty();
    }

    @Test
    void mostOfAFleetFallingSilentAtOnceIsNotBelieved() {
        assertThat(LeaseExpiry.expired(leases(3, 2), NOW, true)).isEmpty();
    }

    @Test
    void halfOfAFleetMayFallSilent() {
        assertThat(LeaseExpiry.expired(leases(3, 3), NOW, true)).hasSize(3);
    }

    @Test
    void theOnlyNodeMayFallSilent() {
        assertThat(LeaseExpiry.expired(leases(1, 0), NOW, true)).hasSize(1);
    }

    private static List<LeaseView> leases(int expired, int standing) {
        return Stream.concat(
                        IntStream.range(0, expired).mapToObj(index -> lease(index, NOW.minusSeconds(1))),
                        IntStream.range(expired, expired + standing).mapToObj(index -> lease(index, NOW)))
                .toList();
    }

    private static LeaseView lease(int index, Instant expiresAt) {
        return new LeaseView(new UUID(1, index), new NodeBoot("node-" + index, new UUID(2, index)), expiresAt);
    }
}
