package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.backend.RotaryTable;
import io.logprobe.engine.backend.Rotation;
import io.logprobe.engine.plan.TokenTrie;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Cosines and sines by group, position and pair.
@SuppressWarnings("ArrayRecordComponent")
record RotationTable(Rotation rotation, int positions, float[] cos, float[] sin) implements RotaryTable {

    static RotationTable of(Rotation rotation, int positions) {
        int pairs = rotation.dims() / 2;
        int groups = rotation.frequencies().length;
        float[] cos = new float[groups * positions * pairs];
        float[] sin = new float[groups * positions * pairs];
        int i = 0;
        for (int group = 0; group < groups; group++) {
            for (int position = 0; position < positions; position++) {
                for (int pair = 0; pair < pairs; pair++, i++) {
                    double angle = rotation.angle(group, position, pair);
                    cos[i] = (float) (Math.cos(angle) * rotation.factor(group));
                    sin[i] = (float) (Math.sin(angle) * rotation.factor(group));
                }
            }
        }
        return new RotationTable(rotation, positions, cos, sin);
    }

    /// Turns all heads of row `i` of `x`, which is a row of the trie.
    void rotate(NativeMatrix x, int i, int headDim, TokenTrie trie, int row) {
        int group = Math.min(trie.group(row), rotation.frequencies().length - 1);
        int pairs = rotation.dims() / 2;
        int angles = (group * positions + trie.position(row)) * pairs;
        MemorySegment data = x.data();
        int step =
                switch (rotation.pairing()) {
                    case HALVES -> 1;
                    case NEIGHBOURS -> 2;
                };
        long partner =
                switch (rotation.pairing()) {
                    case HALVES -> (long) pairs * Float.BYTES;
                    case NEIGHBOURS -> Float.BYTES;
                };
        for (int head = 0; head < x.columns(); head += headDim) {
            long offset = x.row(i) + (long) head * Float.BYTES;
            for (int pair = 0; pair < pairs; pair++, offset += (long) step * Float.BYTES) {
                float a = data.get(ValueLayout.JAVA_FLOAT, offset);
                float b = data.get(ValueLayout.JAVA_FLOAT, offset + partner);
                float c = cos[angles + pair];
                float s = sin[angles + pair];
                data.set(ValueLayout.JAVA_FLOAT, offset, a * c - b * s);
                data.set(ValueLayout.JAVA_FLOAT, offset + partner, b * c + a * s);
            }
        }
    }

    @Override
    public void close() {}
}
