package io.logprobe.worker.dataset;

import io.logprobe.contracts.FailureKind;

/// The rows of a dataset could not be had.
public final class DatasetUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    DatasetUnavailable(FailureKind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public FailureKind kind() {
        return kind;
    }
}
