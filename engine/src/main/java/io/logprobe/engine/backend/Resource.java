package io.logprobe.engine.backend;

/// Something in a backend's memory.
public interface Resource extends AutoCloseable {

    @Override
    void close();
}
