package io.logprobe.contracts;

/// Why something failed, in the four kinds that decide what happens next.
public enum FailureKind {
    /// What the user asked for cannot be done as asked: a missing column, a damaged checkpoint. Never retried.
    INVALID_INPUT,
    /// Memory, disk or time ran out on this node. Retried, elsewhere first.
    RESOURCE_EXHAUSTED,
    /// The Hub, the mail server or another system beyond our control failed. Retried with a growing pause.
    UPSTREAM_UNAVAILABLE,
    /// A defect of ours. Never retried: it would fail again.
    INTERNAL;

    /// Whether another attempt may succeed without anybody changing anything.
    public boolean retryable() {
        return switch (this) {
            case RESOURCE_EXHAUSTED, UPSTREAM_UNAVAILABLE -> true;
            case INVALID_INPUT, INTERNAL -> false;
        };
    }
}
