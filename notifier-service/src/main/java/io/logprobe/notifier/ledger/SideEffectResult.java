package io.logprobe.notifier.ledger;

import io.logprobe.contracts.Failure;
import java.util.Optional;

/// How a side effect came out.
///
/// @param subject what it is about
/// @param receipt present if it took place
/// @param failure present if it did not and will not, and as the last one so far if it is still tried
public record SideEffectResult(String subject, Optional<Receipt> receipt, Optional<Failure> failure) {}
