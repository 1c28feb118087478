package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;

/// Dimensions that follow from others.
final class Shapes {

    private Shapes() {}

    /// Width of a head where the heads share the hidden size.
    static int headDim(ModelConfig config, int hidden, int heads) {
        if (hidden % heads != 0) {
            throw config.invalid("hidden_size", "is " + hidden + ", not a multiple of the " + heads + " heads");
        }
        return hidden / heads;
    }
}
