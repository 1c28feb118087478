package io.logprobe.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Whether a beginning-of-sequence token is put before the prompt.
public enum BosPolicy {
    /// As the tokenizer's own post-processor does.
    @JsonProperty("tokenizer")
    TOKENIZER,
    @JsonProperty("always")
    ALWAYS,
    @JsonProperty("never")
    NEVER
}
