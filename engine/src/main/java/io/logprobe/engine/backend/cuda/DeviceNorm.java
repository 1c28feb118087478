package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.Norm;
import io.logprobe.engine.backend.NormWeights;

/// A [Norm] on the device.
///
/// @param weight address, or 0
/// @param bias address, or 0
/// @param parameters length of weight and bias
record DeviceNorm(
        Norm.Kind kind,
        int width,
        int parameters,
        float epsilon,
        long weight,
        long bias,
        Arrival arrival,
        DeviceMemory memory)
        implements NormWeights {

    @Override
    public void close() {
        memory.makeCurrent();
        arrival.await();
        if (weight != 0) {
            memory.free(weight);
        }
        if (bias != 0) {
            memory.free(bias);
        }
    }
}
