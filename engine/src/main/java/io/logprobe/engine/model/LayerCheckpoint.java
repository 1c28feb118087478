package io.logprobe.engine.model;

import io.logprobe.engine.backend.Matrix;

/// Keeps the hidden states of a pass between two layers.
public interface LayerCheckpoint {

    /// A pass that keeps nothing.
    LayerCheckpoint NONE = new LayerCheckpoint() {
        @Override
        public int restore(Matrix hidden) {
            return 0;
        }

        @Override
        public void layerDone(int layers, Matrix hidden) {}

        @Override
        public void failed(Matrix hidden) {}
    };

    /// Fills the hidden states if an earlier run has left some.
    ///
    /// @param hidden `[rows, hidden]`
    /// @return layers that are done; 0 where the pass begins anew and `hidden` is untouched
    int restore(Matrix hidden);

    /// The first `layers` layers are done.
    void layerDone(int layers, Matrix hidden);

    /// The next weights cannot be had; the hidden states are those of the last [#layerDone], if there was one.
    void failed(Matrix hidden);
}
