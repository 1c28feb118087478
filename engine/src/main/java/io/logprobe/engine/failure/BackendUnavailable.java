package io.logprobe.engine.failure;

/// The chosen backend cannot run on this machine.
public final class BackendUnavailable extends EngineException {

    private static final long serialVersionUID = 1L;

    public BackendUnavailable(String message) {
        this(message, null);
    }

    public BackendUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
