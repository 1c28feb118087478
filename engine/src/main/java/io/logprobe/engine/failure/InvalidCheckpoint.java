package io.logprobe.engine.failure;

/// A file of the model folder is missing, damaged or contradicts another one.
public final class InvalidCheckpoint extends EngineException {

    private static final long serialVersionUID = 1L;

    public InvalidCheckpoint(String message) {
        this(message, null);
    }

    public InvalidCheckpoint(String message, Throwable cause) {
        super(message, cause);
    }
}
