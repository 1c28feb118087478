package io.logprobe.engine.model;

import io.logprobe.engine.backend.Resource;

/// Where a pass takes its weights from: the layers in order, then the parts of the head.
interface WeightSource extends Resource {

    /// The weights of a layer, valid until the next ones are asked for.
    LayerWeights layer(int index);

    int headParts();

    /// A part of the head's vocabulary, valid until the next weights are asked for.
    HeadWeights head(int part);

    /// Says whether another pass follows this one.
    void anotherPass(boolean follows);
}
