package io.logprobe.engine.tokenizer;

import java.util.Objects;

/// A prompt and a text that may follow it.
public record TextPair(String context, String continuation) {

    public TextPair {
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(continuation, "continuation");
    }
}
