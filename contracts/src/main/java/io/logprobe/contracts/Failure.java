package io.logprobe.contracts;

/// Why something failed.
///
/// @param kind decides whether it is tried again
/// @param message one sentence for the user, naming the field, file, row or system at fault
public record Failure(FailureKind kind, String message) {

    public Failure {
        Require.present(kind, "kind");
        Require.text(message, "message");
    }
}
