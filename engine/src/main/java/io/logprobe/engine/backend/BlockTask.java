package io.logprobe.engine.backend;

/// Work on one block of rows.
@FunctionalInterface
public interface BlockTask {

    /// Does the work.
    ///
    /// @param lane which of the backend's lanes runs it: index of the scratch memory that is this call's own
    /// @param first first row
    /// @param count rows of the block; only the last block may have fewer than [Backend#blockRows]
    void run(int lane, int first, int count);
}
