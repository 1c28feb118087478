package io.logprobe.engine.backend.cpu;

import java.util.Arrays;

/// A layout in blocks, as oneDNN's `dnnl_memory_desc_t` states it. Each dimension is cut in blocks that lie `strides`
/// elements apart; inside a block the inner blocks lie one in the other, the last one contiguous.
///
/// @param strides per dimension, elements from one block to the next
/// @param innerBlocks sizes of the inner blocks, outermost first
/// @param innerDimensions which dimension each inner block cuts
@SuppressWarnings("ArrayRecordComponent")
record BlockedLayout(long[] strides, int[] innerBlocks, int[] innerDimensions) {

    /// Elements of a dimension that one block covers.
    int block(int dimension) {
        int size = 1;
        for (int i = 0; i < innerBlocks.length; i++) {
            size *= innerDimensions[i] == dimension ? innerBlocks[i] : 1;
        }
        return size;
    }

    /// Offset of each index of a dimension in elements: an element lies at the sum of its indices' offsets.
    long[] offsets(int dimension, int size) {
        long[] offsets = new long[size];
        Arrays.setAll(offsets, index -> offset(dimension, index));
        return offsets;
    }

    private long offset(int dimension, int index) {
        int block = block(dimension);
        long offset = index / block * strides[dimension];
        int rest = index % block;
        long step = 1;
        for (int i = innerBlocks.length - 1; i >= 0; i--) {
            if (innerDimensions[i] == dimension) {
                offset += rest % innerBlocks[i] * step;
                rest /= innerBlocks[i];
            }
            step *= innerBlocks[i];
        }
        return offset;
    }
}
