package io.logprobe.engine.failure;

/// The model's files could be opened, but not be read to the end: a disk or a network share that went away or stalls.
public final class WeightsUnreadable extends EngineException {

    private static final long serialVersionUID = 1L;

    public WeightsUnreadable(String message) {
        this(message, null);
    }

    public WeightsUnreadable(String message, Throwable cause) {
        super(message, cause);
    }
}
