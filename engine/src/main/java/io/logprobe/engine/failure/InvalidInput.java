package io.logprobe.engine.failure;

/// A row, option or text cannot be scored as it stands.
public final class InvalidInput extends EngineException {

    private static final long serialVersionUID = 1L;

    public InvalidInput(String message) {
        this(message, null);
    }

    public InvalidInput(String message, Throwable cause) {
        super(message, cause);
    }
}
