package io.logprobe.engine;

import io.logprobe.engine.failure.InvalidInput;
import java.util.List;

/// A prompt and its candidate completions.
///
/// @param text the prompt; may be empty
/// @param classes the completions, each used verbatim as the continuation of `text`; at least one
/// @param target index into `classes` of the right completion, or null when unknown
public record Example(String text, List<String> classes, Integer target) {

    public Example {
        if (text == null) {
            throw new InvalidInput("text is missing");
        }
        if (classes == null || classes.isEmpty()) {
            throw new InvalidInput("classes is missing or empty");
        }
        if (classes.stream().anyMatch(completion -> completion == null)) {
            throw new InvalidInput("classes holds a null");
        }
        classes = List.copyOf(classes);
        if (target != null && (target < 0 || target >= classes.size())) {
            throw new InvalidInput("target " + target + " is not an index into the " + classes.size() + " classes");
        }
    }

    /// The same classes after an empty prompt: what their probabilities are when nothing is known.
    public Example unconditional() {
        return new Example("", classes, target);
    }
}
