package io.logprobe.engine.tokenizer;

import io.logprobe.engine.failure.InvalidInput;

/// What became of a pair: tokens, or the reason why it cannot be scored.
public sealed interface PairEncoding permits EncodedPair, RejectedPair {

    /// The tokens.
    ///
    /// @throws InvalidInput with the reason, if the pair was rejected
    default EncodedPair orThrow() {
        return switch (this) {
            case EncodedPair pair -> pair;
            case RejectedPair(String reason) -> throw new InvalidInput(reason);
        };
    }
}
