package io.logprobe.engine.tokenizer;

/// A pair that cannot be scored, as in lm-evaluation-harness, where an assertion fails.
public record RejectedPair(String reason) implements PairEncoding {}
