package io.logprobe.messaging;

import io.logprobe.contracts.StopGrace;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Until when everything that the service ends in order has to be over. One after the other waits for its own work,
/// and all of them together not longer than [StopGrace#FOR_WORK].
@ApplicationScoped
public class StopDeadline {

    private final LongSupplier nanoTime;
    private volatile long begun;

    StopDeadline() {
        this(System::nanoTime);
    }

    StopDeadline(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
    }

    /// Before anybody asks what is left.
    void begin(@Observes @Priority(0) ShutdownEvent event) {
        begun = nanoTime.getAsLong();
    }

    /// What is left, zero at least.
    public Duration left() {
        Duration left = StopGrace.FOR_WORK.minusNanos(nanoTime.getAsLong() - begun);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /// What is left, but not more than `most`.
    Duration left(Duration most) {
        Duration left = left();
        return left.compareTo(most) < 0 ? left : most;
    }
}
