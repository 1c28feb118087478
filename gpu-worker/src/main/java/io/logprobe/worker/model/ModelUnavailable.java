package io.logprobe.worker.model;

import io.logprobe.contracts.FailureKind;

/// The files of a model could not be had.
public final class ModelUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    ModelUnavailable(FailureKind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public FailureKind kind() {
        return kind;
    }
}
