package io.logprobe.engine.tokenizer;

/// Whether the beginning-of-sequence token precedes a text.
public enum BosPolicy {
    /// As the tokenizer's own post-processor does.
    TOKENIZER,
    ALWAYS,
    NEVER
}
