package io.logprobe.engine;

import java.time.Duration;

/// How far a job is. `fraction` counts work done (layers × blocks), not examples.
///
/// @param fraction from 0 to 1
/// @param remaining estimate from the work done so far; [Duration#ZERO] before the first layer
public record Progress(
        int examplesDone,
        int examples,
        int block,
        int blocks,
        int layer,
        int layers,
        double fraction,
        Duration elapsed,
        Duration remaining) {}
