package io.logprobe.notifier.ledger;

import java.util.Optional;

/// A decision: the new state, and what to tell.
record Transition(SideEffectState state, Optional<Announcement> announcement) {

    static Transition to(SideEffectState state) {
        return new Transition(state, Optional.empty());
    }

    static Transition to(SideEffectState state, Announcement announcement) {
        return new Transition(state, Optional.of(announcement));
    }
}
