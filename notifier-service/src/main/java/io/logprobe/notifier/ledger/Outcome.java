package io.logprobe.notifier.ledger;

import io.logprobe.contracts.Failure;
import java.time.Duration;
import java.util.Optional;

/// What is known after the act.
public sealed interface Outcome {

    /// The other side confirmed it.
    record Accepted(Receipt receipt) implements Outcome {}

    /// The other side refused it for good; it had no effect.
    record Refused(Failure failure) implements Outcome {}

    /// The other side could not do it now; it certainly had no effect.
    ///
    /// @param pause how long the other side asks to be left alone
    record Unavailable(Failure failure, Optional<Duration> pause) implements Outcome {}

    /// No answer, or one that leaves open whether it had an effect.
    record Unanswered(Failure failure, Optional<Duration> pause) implements Outcome {}
}
