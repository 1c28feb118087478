package io.logprobe.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.StopGrace;
import io.quarkus.runtime.ShutdownEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StopDeadlineTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1);
    private final StopDeadline deadline = new StopDeadline(clock::get);

    @Test
    void beginsWithTheStop() {
        pass(Duration.ofDays(1));

        deadline.begin(new ShutdownEvent());

        assertThat(deadline.left()).isEqualTo(StopGrace.FOR_WORK);
    }

    @Test
    void whatOneWaitedIsMissingToTheNext() {
        deadline.begin(new ShutdownEvent());

        pass(StopGrace.FOR_WORK.minusSeconds(3));

        assertThat(deadline.left()).isEqualTo(Duration.ofSeconds(3));
        assertThat(deadline.left(Duration.ofSeconds(4))).isEqualTo(Duration.ofSeconds(3));
        assertThat(deadline.left(Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void isOverForGood() {
        deadline.begin(new ShutdownEvent());

        pass(StopGrace.FOR_WORK.plusDays(1));

        assertThat(deadline.left()).isZero();
        assertThat(deadline.left(Duration.ofSeconds(4))).isZero();
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }
}
