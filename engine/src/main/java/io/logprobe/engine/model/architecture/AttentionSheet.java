package io.logprobe.engine.model.architecture;

import io.logprobe.engine.backend.Rotation;

/// Self-attention of one layer. `key` and `value` have `keyHeads` heads, shared by equal shares of the query heads.
///
/// Order of operations: projections, clip, query and key norm, rotation, attention, output projection.
///
/// @param scale factor of the scores, usually 1/√headDim
/// @param rotation null for none
/// @param positionBias ALiBi; null for none
/// @param window a key is visible if `i − j < window`; [Integer#MAX_VALUE] for all
/// @param softcap `softcap · tanh(score / softcap)`; 0 for none
/// @param clip projections are clamped to ± clip; 0 for none
/// @param queryNorm null for none; its width says whether it works per head or on the whole projection
public record AttentionSheet(
        int heads,
        int keyHeads,
        int headDim,
        LinearRef query,
        LinearRef key,
        LinearRef value,
        LinearRef output,
        float scale,
        Rotation rotation,
        PositionBias positionBias,
        int window,
        float softcap,
        float clip,
        NormRef queryNorm,
        NormRef keyNorm) {

    /// A description to be completed: scores are scaled by 1/√headDim, every key is visible, and there is no rotation,
    /// bias, cap, clip or norm unless it is said.
    ///
    /// @param headDim dimensions of one head
    public static Builder heads(int heads, int keyHeads, int headDim) {
        return new Builder(heads, keyHeads, headDim);
    }

    /// Completes an [AttentionSheet]; each method sets the component of its name.
    public static final class Builder {

        private final int heads;
        private final int keyHeads;
        private final int headDim;
        private LinearRef query;
        private LinearRef key;
        private LinearRef value;
        private LinearRef output;
        private double scale;
        private Rotation rotation;
        private PositionBias positionBias;
        private int window = Integer.MAX_VALUE;
        private double softcap;
        private double clip;
        private NormRef queryNorm;
        private NormRef keyNorm;

        private Builder(int heads, int keyHeads, int headDim) {
            this.heads = heads;
            this.keyHeads = keyHeads;
            this.headDim = headDim;
            this.scale = 1 / Math.sqrt(headDim);
        }

        /// Sets query, key, value and output; there is no attention without.
        ///
        /// @param ofQuery `heads · headDim` outputs
        /// @param ofKey `keyHeads · headDim` outputs
        /// @param ofValue as `ofKey`
        /// @param ofOutput `heads · headDim` inputs
        public Builder projections(LinearRef ofQuery, LinearRef ofKey, LinearRef ofValue, LinearRef ofOutput) {
            query = ofQuery;
            key = ofKey;
            value = ofValue;
            output = ofOutput;
            return this;
        }

        public Builder scale(double factor) {
            scale = factor;
            return this;
        }

        public Builder rotation(Rotation turned) {
            rotation = turned;
            return this;
        }

        public Builder positionBias(PositionBias bias) {
            positionBias = bias;
            return this;
        }

        /// Bounds the number of keys that a row sees, itself included.
        public Builder window(int keys) {
            window = keys;
            return this;
        }

        public Builder softcap(double cap) {
            softcap = cap;
            return this;
        }

        public Builder clip(double limit) {
            clip = limit;
            return this;
        }

        public Builder norms(NormRef ofQuery, NormRef ofKey) {
            queryNorm = ofQuery;
            keyNorm = ofKey;
            return this;
        }

        /// The description, once [#projections] are set.
        public AttentionSheet build() {
            return new AttentionSheet(
                    heads,
                    keyHeads,
                    headDim,
                    query,
                    key,
                    value,
                    output,
                    (float) scale,
                    rotation,
                    positionBias,
                    window,
                    (float) softcap,
                    (float) clip,
                    queryNorm,
                    keyNorm);
        }
    }
}
