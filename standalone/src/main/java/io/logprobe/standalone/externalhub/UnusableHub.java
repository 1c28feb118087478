package io.logprobe.standalone.externalhub;

/// A Hub that was asked for cannot be worked with.
public final class UnusableHub extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableHub(String message) {
        super(message);
    }

    UnusableHub(String message, Throwable cause) {
        super(message, cause);
    }
}
