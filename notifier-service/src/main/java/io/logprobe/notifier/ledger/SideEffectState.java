package io.logprobe.notifier.ledger;

import io.logprobe.contracts.Failure;
import java.time.Instant;
import java.util.Optional;

/// Where a side effect stands.
sealed interface SideEffectState {

    /// Attempts so far, the one under way included.
    int attempt();

    /// Never tried.
    record Planned(Instant dueAt) implements SideEffectState {
        @Override
        public int attempt() {
            return 0;
        }
    }

    /// Somebody looks and prepares; this attempt has certainly had no effect yet.
    ///
    /// @param until when others may take over
    /// @param inDoubtSince when an earlier attempt may have had its effect unnoticed
    record Claimed(int attempt, Instant until, Optional<Instant> inDoubtSince) implements SideEffectState {}

    /// The request may be on its way.
    record HandedOver(int attempt, Instant until) implements SideEffectState {}

    /// To be tried again.
    record Retry(int attempt, Instant dueAt, Optional<Instant> inDoubtSince, Failure lastFailure)
            implements SideEffectState {}

    /// It took place.
    record Done(int attempt, Receipt receipt) implements SideEffectState {}

    /// It did not take place and is not tried again.
    record Failed(int attempt, Failure failure) implements SideEffectState {}

    /// It may or may not have taken place, nobody can tell, and it is not tried again.
    record Unknown(int attempt) implements SideEffectState {}
}
