package io.logprobe.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class WorkUnderWayTest {

    private static final Duration QUIET = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final WorkUnderWay work = new WorkUnderWay();

    @Test
    void waitsForTheEndOfWhatIsUnderWay() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        Thread.startVirtualThread(() -> work.during(() -> {
            begun.countDown();
            awaitUninterrupted(mayEnd);
            ended.set(true);
        }));
        begun.await();

        assertThat(work.awaitQuiet(Duration.ZERO, QUIET))
                .as("patience is over before the work")
                .isFalse();
        mayEnd.countDown();

        assertThat(work.awaitQuiet(QUIET, LONG)).isTrue();
        assertThat(ended).isTrue();
    }

    @Test
    void workThatFailsHasEndedToo() throws InterruptedException {
        assertThatThrownBy(() -> work.during(() -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");

        AtomicBoolean quiet = new AtomicBoolean();
        Thread waiting = Thread.startVirtualThread(() -> {
            try {
                quiet.set(work.awaitQuiet(QUIET, LONG));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThat(waiting.join(LONG.dividedBy(2))).isTrue();
        assertThat(quiet).isTrue();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
