package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.RotaryTable;
import io.logprobe.engine.backend.Rotation;
import java.util.function.DoubleUnaryOperator;

/// Cosines and sines on the device, `[groups, positions, half]` each, computed in double and rounded.
record DeviceRotary(
        Rotation.Pairing pairing, int groups, int positions, int half, long cosine, long sine, DeviceMemory memory)
        implements RotaryTable {

    static int groups(Rotation rotation) {
        return Math.max(rotation.frequencies().length, rotation.factor().length);
    }

    static float[] cosines(Rotation rotation, int positions) {
        return table(rotation, positions, Math::cos);
    }

    static float[] sines(Rotation rotation, int positions) {
        return table(rotation, positions, Math::sin);
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
