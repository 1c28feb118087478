package io.logprobe.engine.backend.cuda;

import java.util.Arrays;

/// Entries grouped by the row they are added to, each group in the entries' order: what makes a scatter deterministic.
///
/// @param targets `[distinct]` rows
/// @param first `[distinct + 1]` into entries
/// @param entries `[count]`
@SuppressWarnings("ArrayRecordComponent")
record ScatterOrder(int[] targets, int[] first, int[] entries) {

    static ScatterOrder of(int[] indices, int offset, int count) {
        long[] sorted = new long[count]; // row, then entry
        for (int entry = 0; entry < count; entry++) {
            sorted[entry] = (long) indices[offset + entry] << 32 | entry;
        }
        Arrays.sort(sorted);
        int[] targets = new int[count];
        int[] first = new int[count + 1];
        int[] entries = new int[count];
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            int row = (int) (sorted[i] >>> 32);
            entries[i] = (int) sorted[i];
            if (i == 0 || row != targets[distinct - 1]) {
                targets[distinct] = row;
                first[distinct++] = i;
            }
        }
        first[distinct] = count;
        return new ScatterOrder(Arrays.copyOf(targets, distinct), Arrays.copyOf(first, distinct + 1), entries);
    }
}
