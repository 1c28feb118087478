package io.logprobe.engine.backend;

/// A linear layer's weights and bias, in the form its backend multiplies fastest.
public interface Linear extends Resource {

    int inputs();

    int outputs();

    /// Memory taken.
    long bytes();
}
