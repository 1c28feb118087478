package io.logprobe.engine.failure;

/// The job does not fit into the memory it was given; the message states the minimum.
public final class InsufficientMemory extends EngineException {

    private static final long serialVersionUID = 1L;

    public InsufficientMemory(String message) {
        this(message, null);
    }

    public InsufficientMemory(String message, Throwable cause) {
        super(message, cause);
    }
}
