package io.logprobe.standalone;

/// Options that make no sense together.
final class RefusedOption extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedOption(String message) {
        super(message);
    }
}
