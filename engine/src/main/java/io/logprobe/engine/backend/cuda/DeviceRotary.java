package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.RotaryTable;
import io.logprobe.engine.backend.Rotation;
import java.util.function.DoubleUnaryOperator;

/// Cosines and sines on the device, `[groups, positions, half]` each, computed in double and rounded.
record DeviceRotary(
        Rotation.Pairing pairing, int groups, int positions, int half, long cosine, long sine, DeviceMemory memory)
        implements RotaryTable {

    /// For the thread that computes.
    static DeviceRotary of(Rotation rotation, int positions, WeightUpload upload, DeviceMemory memory) {
        return new DeviceRotary(
                rotation.pairing(),
                groups(rotation),
                positions,
                rotation.dims() / 2,
                upload.table(table(rotation, positions, Math::cos), "a rotary table"),
                upload.table(table(rotation, positions, Math::sin), "a rotary table"),
                memory);
    }

    private static int groups(Rotation rotation) {
        return Math.max(rotation.frequencies().length, rotation.factor().length);
    }

    private static float[] table(Rotation rotation, int positions, DoubleUnaryOperator trigonometric) {
        int half = rotation.dims() / 2;
        float[] values = new float[Math.multiplyExact(groups(rotation), Math.multiplyExact(positions, half))];
        int next = 0;
        for (int group = 0; group < groups(rotation); group++) {
            for (int position = 0; position < positions; position++) {
                for (int pair = 0; pair < half; pair++) {
                    values[next++] = (float) (trigonometric.applyAsDouble(rotation.angle(group, position, pair))
                            * rotation.factor(group));
                }
            }
        }
        return values;
    }

    @Override
    public void close() {
        memory.free(cosine);
        memory.free(sine);
    }
}
