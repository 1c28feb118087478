package io.logprobe.engine;

import java.util.List;

/// Receives results on the scoring thread. An exception thrown by either method stops the job and is passed on to the
/// caller.
@FunctionalInterface
public interface ScoreSink {

    /// A finished block of examples; blocks arrive in the order of the job.
    void accept(List<ScoredExample> block);

    /// Called after each layer of each block.
    default void progress(Progress progress) {}
}
