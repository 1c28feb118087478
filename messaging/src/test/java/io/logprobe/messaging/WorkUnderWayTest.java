package io.logprobe.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class WorkUnderWayTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final WorkUnderWay work = new WorkUnderWay();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Test
    void endWaitsForWhatIsUnderWay() throws Exception {
        CompletableFuture<Boolean> done = CompletableFuture.supplyAsync(() -> work.during(this::untilAllowed));
        begun.await();

        assertThat(work.end(SHORT)).as("patience is over before the work").isFalse();
        mayEnd.countDown();

        assertThat(work.end(LONG)).isTrue();
        assertThat(done.get(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void nothingBeginsAfterTheEnd() throws InterruptedException {
        AtomicBoolean begunLater = new AtomicBoolean();
        assertThat(work.end(LONG)).isTrue();

        boolean done = work.during(() -> begunLater.set(true));

        assertThat(done).isFalse();
        assertThat(begunLater).isFalse();
    }

    @Test
    void workThatFailsIsOverToo() throws InterruptedException {
        assertThatThrownBy(() -> work.during(() -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");

        assertThat(work.end(SHORT)).isTrue();
    }

    @Test
    void workThatPausesGoesOnAfterThePause() throws InterruptedException {
        assertThat(work.pause(SHORT)).isTrue();
    }

    @Test
    void endBreaksPausesOff() throws Exception {
        CompletableFuture<Boolean> mayGoOn = new CompletableFuture<>();
        Thread.startVirtualThread(() -> work.during(() -> {
            begun.countDown();
            try {
                mayGoOn.complete(work.pause(LONG.multipliedBy(2)));
            } catch (InterruptedException e) {
                mayGoOn.completeExceptionally(e);
            }
        }));
        begun.await();

        assertThat(work.end(LONG)).isTrue();

        assertThat(mayGoOn.get(LONG.toSeconds(), TimeUnit.SECONDS)).isFalse();
    }

    private void untilAllowed() {
        begun.countDown();
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
