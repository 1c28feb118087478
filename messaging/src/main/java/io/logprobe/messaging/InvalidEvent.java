package io.logprobe.messaging;

/// A record that no retry will make readable; it goes to the dead-letter topic.
public class InvalidEvent extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidEvent(String message, Throwable cause) {
        super(message, cause);
    }
}
