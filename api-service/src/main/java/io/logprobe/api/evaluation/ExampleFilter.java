package io.logprobe.api.evaluation;

import java.util.UUID;

/// Which examples of an evaluation are asked for.
sealed interface ExampleFilter {

    /// All that are scored.
    record All() implements ExampleFilter {}

    /// Those whose prediction is the target.
    record Correct() implements ExampleFilter {}

    /// Those whose prediction is another class than the target.
    record Wrong() implements ExampleFilter {}

    /// Those for which another evaluation predicts another class.
    record Differing(UUID other) implements ExampleFilter {}
}
