package io.logprobe.engine.model.family;

import io.logprobe.engine.backend.Rotation;
import io.logprobe.engine.backend.Rotation.Pairing;
import io.logprobe.engine.checkpoint.ModelConfig;

/// A model's rotary position embedding, from either form that config.json has for it.
///
/// @param rotation null where nothing is rotated
/// @param longFrom inputs of at least this many tokens turn by the second set of frequencies
record Rope(Rotation rotation, int longFrom) {

    static final Rope NONE = new Rope(null, Integer.MAX_VALUE);

    private static final String FULL = "full_attention";
    private static final String PARTIAL = "partial_rotary_factor";

    /// Plain frequencies of the first `dims` dimensions, whatever the config says.
    static Rope plain(int dims, double theta) {
        return new Rope(
                new Rotation(dims, Pairing.HALVES, new float[][] {RopeFrequencies.plain(theta, dims)}, new float[] {1}),
                Integer.MAX_VALUE);
    }

    /// Every dimension of a head turns.
    ///
    /// @param theta base frequency where the config states none
    static Rope full(ModelConfig config, int headDim, double theta) {
        return full(config, FULL, headDim, theta);
    }

    /// As [#full(ModelConfig, int, double)], for the layers of one type.
    static Rope full(ModelConfig config, String layerType, int headDim, double theta) {
        ModelConfig parameters = config.rope(layerType);
        double fraction = parameters.numberOr(config.numberOr(1, PARTIAL), PARTIAL);
        if (fraction != 1) {
            throw config.unsupported(PARTIAL, "is not supported for " + config.modelType());
        }
        return of(config, parameters, headDim, headDim, theta);
    }

    /// The first dimensions of a head turn.
    ///
    /// @param fraction share of them where the config states no `partial_rotary_factor`
    static Rope partial(ModelConfig config, int headDim, double theta, double fraction) {
        ModelConfig parameters = config.rope(FULL);
        double share = parameters.numberOr(config.numberOr(fraction, PARTIAL), PARTIAL);
        if (share < 0 || share > 1) {
            throw config.invalid(PARTIAL, "must be between 0 and 1, not " + share);
        }
        return of(config, parameters, headDim, (int) (headDim * share), theta);
    }

    /// An odd number of dimensions is rounded up: the last pair is made of the last one and the one after it.
    private static Rope of(ModelConfig config, ModelConfig parameters, int headDim, int dims, double theta) {
        if (dims == 0) {
            return NONE;
        }
        int turned = dims + dims % 2;
        if (turned > headDim) {
            throw config.invalid("head_dim", "is " + headDim + ", but rotation takes pairs of dimensions");
        }
        RopeFrequencies frequencies = RopeFrequencies.of(config, parameters, dims, theta);
        Rotation rotation =
                new Rotation(turned, Pairing.HALVES, frequencies.byGroup(), new float[] {frequencies.factor()});
        return new Rope(rotation, frequencies.longFrom());
    }

    /// Pairs of neighbouring dimensions turn, instead of one from each half.
    Rope neighbours() {
        return rotation == null
                ? this
                : new Rope(
                        new Rotation(rotation.dims(), Pairing.NEIGHBOURS, rotation.frequencies(), rotation.factor()),
                        longFrom);
    }
}
