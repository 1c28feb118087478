package io.logprobe.engine.model;

import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Resource;
import io.logprobe.engine.backend.Rows;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.LayerSheet;

/// What a pass keeps while it goes through the layers.
///
/// @param hidden `[rows, hidden]`
/// @param keyValue `[rows, keys and values of the widest layer]`
/// @param scratch one per lane
@SuppressWarnings("ArrayRecordComponent")
record JobMatrices(Rows rows, Matrix hidden, Matrix keyValue, Scratch[] scratch) implements Resource {

    /// Columns of keys and values of the widest layer.
    static int keyValueColumns(Architecture architecture) {
        return architecture.layers().stream()
                .map(LayerSheet::attention)
                .mapToInt(attention -> 2 * attention.keyHeads() * attention.headDim())
                .max()
                .orElse(1);
    }

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
