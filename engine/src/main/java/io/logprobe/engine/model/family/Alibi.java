package io.logprobe.engine.model.family;

import io.logprobe.engine.model.architecture.PositionBias;

/// Attention with linear biases: each head adds `slope · position` to the scores.
final class Alibi {

    private Alibi() {}

    /// BLOOM: `slope · position`.
    static PositionBias bloom(int heads) {
        float[] slopes = slopes(heads);
        return (head, position) -> slopes[head] * position;
    }

    /// Falcon: slope, position and product are rounded to bfloat16 whatever the model computes in, and the product is
    /// scaled like the scores.
    static PositionBias falcon(int heads, int headDim) {
        float[] slopes = slopes(heads);
        float scale = (float) Math.sqrt(headDim);
        return (head, position) -> bfloat16(bfloat16(slopes[head]) * bfloat16(position)) / scale;
    }

    /// MPT: the same slopes as BLOOM's for a power of two, and else in another order.
    static PositionBias mpt(int heads) {
        int power = heads == 1 ? 1 : Integer.highestOneBit(heads - 1) << 1;
        float[] slopes = new float[heads];
        for (int head = 0; head < heads; head++) {
            int rank = power == heads ? head : head < power / 2 ? 2 * head + 1 : 2 * (head - power / 2);
            slopes[head] = (float) (1 / Math.pow(2, (rank + 1) * (8.0 / power)));
        }
        return (head, position) -> slopes[head] * position;
    }

    /// `2^(−8k/n)` for a power of two; between the heads of the next lower power come every second of the next higher.
    private static float[] slopes(int heads) {
        int power = Integer.highestOneBit(heads);
        float[] slopes = new float[heads];
        for (int head = 0; head < heads; head++) {
            slopes[head] = head < power
                    ? (float) Math.pow(base(power), head + 1)
                    : (float) Math.pow(base(2 * power), 2 * (head - power) + 1);
        }
        return slopes;
    }

    private static float base(int heads) {
        return (float) Math.pow(2, -8.0 / heads);
    }

    /// To nearest, ties to even.
    private static float bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
    }
}
