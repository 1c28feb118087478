package io.logprobe.standalone.platform;

/// The platform was closed while it was starting, as by a user who interrupts it: nothing is wrong.
public final class StartBrokenOff extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StartBrokenOff(RuntimeException cause) {
        super("the start was broken off", cause);
    }
}
