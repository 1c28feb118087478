package io.logprobe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.WeightsUnreadable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ParallelReadsTest {

    @Test
    void everyPieceIsReadOnce() {
        AtomicLongArray reads = new AtomicLongArray(1000);

        ParallelReads.forEach(1000, piece -> reads.incrementAndGet((int) piece));

        for (int piece = 0; piece < 1000; piece++) {
            assertThat(reads.get(piece)).isEqualTo(1);
        }
    }

    @Test
    @Timeout(60)
    void aFailureIsToldWhenTheOtherReadsHaveEnded() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch arrives = new CountDownLatch(1);
        CompletableFuture<Void> reading = CompletableFuture.runAsync(
                () -> ParallelReads.forEach(2, piece -> {
                    if (piece == 1) { // which the calling thread takes
                        await(begun);
                        throw new WeightsUnreadable("the disk is gone");
                    }
                    begun.countDown();
                    await(arrives);
                }),
                Thread::startVirtualThread);

        await(begun);
        assertThatThrownBy(() -> reading.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        arrives.countDown();

        assertThatThrownBy(() -> reading.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(WeightsUnreadable.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
