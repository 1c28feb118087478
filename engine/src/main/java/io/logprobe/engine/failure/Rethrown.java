package io.logprobe.engine.failure;

import java.util.concurrent.CancellationException;

/// What other threads, and method handles, have thrown, as this thread can throw it.
public final class Rethrown {

    private Rethrown() {}

    /// `failure` itself where it is unchecked, an error at once, and an [IllegalStateException] for anything else: of
    /// that nobody here throws any.
    public static RuntimeException unchecked(Throwable failure) {
        return switch (failure) {
            case RuntimeException exception -> exception;
            case Error error -> throw error;
            default -> new IllegalStateException(failure);
        };
    }

    /// The end of what an interrupted thread was doing. The thread stays interrupted.
    ///
    /// @param doing as in "interrupted while ..."
    public static CancellationException interrupted(String doing, InterruptedException cause) {
        Thread.currentThread().interrupt();
        CancellationException cancelled = new CancellationException("interrupted while " + doing);
        cancelled.initCause(cause);
        return cancelled;
    }
}
