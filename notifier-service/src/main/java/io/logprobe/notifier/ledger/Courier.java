package io.logprobe.notifier.ledger;

import io.logprobe.contracts.delivery.DeliveryEvent;

/// Brings side effects of one kind into the world. Never called within a transaction.
public interface Courier {

    SideEffectKind kind();

    /// Looks whether the effect took place already, and otherwise gets everything ready. Has no effect itself.
    Preparation prepare(SideEffect effect);

    /// The event that tells how it ended.
    DeliveryEvent event(SideEffect effect, Announcement announcement);
}
