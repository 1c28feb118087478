package io.logprobe.messaging;

import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.context.ApplicationScoped;

/// A service that cannot go on: it ends in order, and whoever watches over it starts it anew.
@ApplicationScoped
class FailedService {

    private static final int FAILURE = 1;

    /// Returns at once.
    void end() {
        Quarkus.asyncExit(FAILURE);
    }
}
