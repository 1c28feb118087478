package io.logprobe.engine.model;

/// Hears of a pass's steps on the calling thread: embedding, each layer, head. May throw to stop it.
@FunctionalInterface
public interface PassListener {

    /// A step is done.
    ///
    /// @param step steps done
    /// @param steps steps of the whole pass
    void done(int step, int steps);
}
