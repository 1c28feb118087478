package io.logprobe.notifier.ledger;

import io.logprobe.contracts.Failure;

/// What the rest of the system is told, once, when a side effect has come to its end.
public sealed interface Announcement {

    record Delivered(Receipt receipt) implements Announcement {}

    record GivenUp(Failure failure) implements Announcement {}

    record Undecided() implements Announcement {}
}
