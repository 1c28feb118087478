package io.logprobe.notifier.ledger;

import java.util.UUID;

/// A side effect as its courier sees it.
///
/// @param id depends on kind and subject alone, so that it is the same after a loss of the database
/// @param kind what it is
/// @param subject what it is about; unique within its kind
/// @param jobId the job it belongs to
/// @param work what the courier needs, as it was planned, in JSON
public record SideEffect(UUID id, SideEffectKind kind, String subject, UUID jobId, String work) {}
