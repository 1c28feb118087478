package io.logprobe.notifier.ledger;

/// What proves that a side effect took place.
///
/// @param id number of the pull request; Message-ID of the e-mail
/// @param detail address of the pull request; subject of the e-mail
public record Receipt(String id, String detail) {}
