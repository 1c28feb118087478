package io.logprobe.api.problem;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;

/// A model, dataset or row cannot be accepted. Whoever knows which field of the request named it, says so in a
/// [Refusal].
public class Unacceptable extends RuntimeException {

    private static final long serialVersionUID = 1L;
    /// Messages quote files that anybody may have written.
    private static final int MAX_MESSAGE_LENGTH = 4000;

    private final FailureKind kind;

    private Unacceptable(FailureKind kind, String message, Throwable cause) {
        super(message.length() <= MAX_MESSAGE_LENGTH ? message : message.substring(0, MAX_MESSAGE_LENGTH) + "…", cause);
        this.kind = kind;
    }

    /// What was asked for cannot be done as asked.
    public static Unacceptable invalid(String message) {
        return new Unacceptable(FailureKind.INVALID_INPUT, message, null);
    }

    /// As [#invalid(String)], because of something else.
    public static Unacceptable invalid(String message, Throwable cause) {
        return new Unacceptable(FailureKind.INVALID_INPUT, message, cause);
    }

    /// A system beyond our control does not answer as it should; later it may.
    public static Unacceptable unavailable(String message, Throwable cause) {
        return new Unacceptable(FailureKind.UPSTREAM_UNAVAILABLE, message, cause);
    }

    public Failure failure() {
        return new Failure(kind, getMessage());
    }
}
