package io.logprobe.engine.failure;

/// The checkpoint is sound, but its architecture or one of its options is not supported.
public final class UnsupportedModel extends EngineException {

    private static final long serialVersionUID = 1L;

    public UnsupportedModel(String message) {
        this(message, null);
    }

    public UnsupportedModel(String message, Throwable cause) {
        super(message, cause);
    }
}
