package io.logprobe.standalone.network;

/// Somebody else listens on a port that was asked for.
public final class PortInUse extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PortInUse(String purpose, int port) {
        super("port " + port + " for " + purpose + " is in use: stop what listens on it or choose another port");
    }
}
