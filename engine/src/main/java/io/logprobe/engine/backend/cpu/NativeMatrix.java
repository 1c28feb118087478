package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.memory.NativeBuffer;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// A matrix in native memory. The memory is padded to whole blocks of rows.
///
/// @param data from the first element on; unchecked against its end of life, as checks would cost in the inner loops
/// @param stride elements from one row to the next
/// @param owner null for a view
record NativeMatrix(MemorySegment data, int rows, int columns, int stride, NativeBuffer owner) implements Matrix {

    static NativeMatrix allocate(int rows, int columns, int blockRows) {
        long padded = (long) Math.ceilDiv(Math.max(rows, 1), blockRows) * blockRows;
        long bytes = Math.multiplyExact(padded * columns, (long) Float.BYTES);
        NativeBuffer buffer = NativeBuffer.allocate(bytes);
        return new NativeMatrix(buffer.data(), rows, columns, columns, buffer);
    }

    static NativeMatrix nativeMatrix(Matrix matrix) {
        return (NativeMatrix) matrix;
    }

    /// Offset of a row in [#data], in bytes.
    long row(int row) {
        return (long) row * stride * Float.BYTES;
    }

    /// Address of a row's first element.
    long address(int row) {
        return data.address() + row(row);
    }

    @Override
    public NativeMatrix rows(int first, int count) {
        Objects.checkFromIndexSize(first, count, rows);
        return new NativeMatrix(data.asSlice(row(first)), count, columns, stride, null);
    }

    @Override
    public NativeMatrix columns(int first, int count) {
        Objects.checkFromIndexSize(first, count, columns);
        return new NativeMatrix(data.asSlice((long) first * Float.BYTES), rows, count, stride, null);
    }

    @Override
    public void close() {
        if (owner != null) {
            owner.close();
        }
    }
}
