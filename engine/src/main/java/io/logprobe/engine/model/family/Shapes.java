package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;

/// Dimensions that are bounded, or follow from others.
final class Shapes {

    /// Far beyond every published model; a description takes memory for each.
    private static final int MOST_LAYERS = 4096;

    private Shapes() {}

    /// Number of layers, under any of its names.
    static int layers(ModelConfig config, int fallback, String... names) {
        return bounded(config, config.sizeOr(fallback, names), names);
    }

    /// Number of experts, under any of its names.
    static int experts(ModelConfig config, int fallback, String... names) {
        return bounded(config, config.sizeOr(fallback, names), names);
    }

    private static int bounded(ModelConfig config, int count, String... names) {
        if (count > MOST_LAYERS) {
            throw config.invalid(String.join(" or ", names), "is " + count + ", more than " + MOST_LAYERS);
        }
        return count;
    }

    /// Width of a head where the heads share the hidden size.
    static int headDim(ModelConfig config, int hidden, int heads) {
        if (hidden % heads != 0) {
            throw config.invalid("hidden_size", "is " + hidden + ", not a multiple of the " + heads + " heads");
        }
        return hidden / heads;
    }
}
