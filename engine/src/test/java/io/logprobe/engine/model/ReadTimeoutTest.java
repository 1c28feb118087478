package io.logprobe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.WeightsUnreadable;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReadTimeoutTest {

    private static final ReadTimeout SHORT = new ReadTimeout(Duration.ofSeconds(1));
    private static final ReadTimeout LONG = new ReadTimeout(Duration.ofMinutes(1));

    @Test
    void handsOutWhatWasRead() {
        assertThat(LONG.<String>await("layer 3", () -> "weights")).isEqualTo("weights");
    }

    @Test
    void saysWhatDidNotArrive() {
        assertThatThrownBy(() -> SHORT.await("layer 3", new CompletableFuture<>()))
                .isInstanceOf(WeightsUnreadable.class)
                .hasMessage("the weights of layer 3 did not arrive within 1 s: the disk is too slow");
    }

    @Test
    void passesOnWhyReadingFailed() {
        InvalidCheckpoint reason = new InvalidCheckpoint("no tensor");

        assertThatThrownBy(() -> LONG.await("layer 3", CompletableFuture.failedFuture(reason)))
                .isSameAs(reason);
    }

    @Test
    void endsWithAnInterruptAndKeepsItsMark() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> LONG.await("layer 3", new CompletableFuture<>()))
                .isInstanceOf(CancellationException.class)
                .hasMessage("interrupted while layer 3 was read");
        assertThat(Thread.interrupted()).isTrue();
    }
}
