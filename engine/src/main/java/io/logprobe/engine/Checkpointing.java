package io.logprobe.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/// Where and how often a job keeps its state, so that it can be continued after its process has died.
///
/// @param file written between two layers, deleted when the job is done; a job that finds one continues from it
/// @param interval work that may be lost at most, beside the layer in work
public record Checkpointing(Path file, Duration interval) {

    public Checkpointing {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(interval, "interval");
    }
}
