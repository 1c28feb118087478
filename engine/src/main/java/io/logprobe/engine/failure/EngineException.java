package io.logprobe.engine.failure;

/// What can stop the engine for a reason the user can act on. The message names the culprit: file, tensor, field or
/// row.
public abstract sealed class EngineException extends RuntimeException
        permits InvalidCheckpoint,
                InvalidInput,
                UnsupportedModel,
                InsufficientMemory,
                BackendUnavailable,
                WeightsUnreadable,
                OutputUnwritable {

    private static final long serialVersionUID = 1L;

    EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
