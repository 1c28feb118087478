package io.logprobe.engine.model;

import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Resource;
import io.logprobe.engine.backend.Rows;

/// What a pass keeps while it goes through the layers.
///
/// @param hidden `[rows, hidden]`
/// @param keyValue `[rows, keys and values of the widest layer]`
/// @param scratch one per lane
@SuppressWarnings("ArrayRecordComponent")
record JobMatrices(Rows rows, Matrix hidden, Matrix keyValue, Scratch[] scratch) implements Resource {

    @Override
    public void close() {
        rows.close();
        hidden.close();
        keyValue.close();
        for (Scratch lane : scratch) {
            lane.close();
        }
    }
}
