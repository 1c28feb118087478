package io.logprobe.contracts.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/// The type that weights and matrix products are computed in; sums and log-softmax are float32 always.
public enum ComputeType {
    @JsonProperty("float32")
    FLOAT32,
    @JsonProperty("bfloat16")
    BFLOAT16
}
