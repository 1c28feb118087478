package io.logprobe.notifier.pullrequest;

/// A model card whose metadata cannot be understood, so that nothing is changed in it.
final class InvalidCard extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidCard(String message) {
        super(message);
    }
}
