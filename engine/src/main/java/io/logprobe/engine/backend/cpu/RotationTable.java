package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.backend.RotaryTable;
import io.logprobe.engine.backend.Rotation;
import io.logprobe.engine.memory.NativeMemory;
import io.logprobe.engine.plan.TokenTrie;

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
            long address = x.address(i) + (long) head * Float.BYTES;
            for (int pair = 0; pair < pairs; pair++, address += (long) step * Float.BYTES) {
                float a = NativeMemory.getFloat(address);
                float b = NativeMemory.getFloat(address + partner);
                float c = cos[angles + pair];
                float s = sin[angles + pair];
                NativeMemory.setFloat(address, a * c - b * s);
                NativeMemory.setFloat(address + partner, b * c + a * s);
            }
        }
    }

    @Override
    public void close() {}
}
