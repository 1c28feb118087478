package io.logprobe.engine;

import java.util.List;

/// Receives results on the scoring thread. An exception that a method throws stops the job and is passed on to the
/// caller.
@FunctionalInterface
public interface ScoreSink {

    /// A finished block of examples; blocks arrive in the order of the job.
    void accept(List<ScoredExample> block);

    /// Called after each layer of each block.
    default void progress(Progress progress) {}

    /// All blocks have arrived. Only when this returns is the job's kept state deleted.
    default void finished() {}
}
