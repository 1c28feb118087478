package io.logprobe.notifier.ledger;

/// What the outside world gets to see of a job.
public enum SideEffectKind {
    /// A pull request with the figures of an evaluation. Whether it was opened can be looked up on the Hub.
    PULL_REQUEST(true),
    /// An e-mail about a job. Once the mail server may have it, nobody can tell.
    EMAIL(false);

    private final boolean verifiable;

    SideEffectKind(boolean verifiable) {
        this.verifiable = verifiable;
    }

    /// Whether it can be found out afterwards if it took place.
    boolean verifiable() {
        return verifiable;
    }
}
