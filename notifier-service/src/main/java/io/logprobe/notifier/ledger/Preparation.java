package io.logprobe.notifier.ledger;

import io.logprobe.contracts.Failure;
import java.time.Duration;
import java.util.Optional;

/// What a courier found before it acts.
public sealed interface Preparation {

    /// It took place already, in an attempt whose end nobody saw.
    record Found(Receipt receipt) implements Preparation {}

    /// It has not taken place; this would do it.
    record Ready(Handover handover) implements Preparation {}

    /// It can never be done.
    record Refused(Failure failure) implements Preparation {}

    /// It cannot be done now.
    ///
    /// @param pause how long the other side asks to be left alone
    record Unavailable(Failure failure, Optional<Duration> pause) implements Preparation {}

    /// The one act that the outside world sees.
    @FunctionalInterface
    interface Handover {
        Outcome perform();
    }
}
