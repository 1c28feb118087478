package io.logprobe.engine.model;

import io.logprobe.engine.backend.Resource;

/// Where a pass takes its weights from, layer by layer and then the head.
interface WeightSource extends Resource {

    /// The weights of a layer, valid until the next one is asked for.
    LayerWeights layer(int index);

    /// The weights of the head, valid until layer 0 is asked for again.
    HeadWeights head();
}
