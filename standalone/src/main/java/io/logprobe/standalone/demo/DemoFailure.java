package io.logprobe.standalone.demo;

/// The demo did not come out as it should.
public final class DemoFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DemoFailure(String message) {
        super(message);
    }
}
