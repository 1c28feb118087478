package io.logprobe.engine.tokenizer;

import java.util.Map;

/// What is known of a tokenizer's vocabulary on this side of the native library.
///
/// @param size distinct tokens of the model's vocabulary and the added ones
/// @param ids ids of the added tokens and of those asked for
record Vocabulary(int size, Map<String, Integer> ids) {}
