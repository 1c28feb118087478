package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.Matrix;
import java.util.Objects;

/// A matrix in device memory, padded to whole blocks of rows, its rows to whole groups of four.
///
/// @param address of the first element
/// @param stride elements from one row to the next
/// @param memory null for a view
record DeviceMatrix(long address, int rows, int columns, int stride, DeviceMemory memory) implements Matrix {

    private static final int ALIGNED = 4;

    static DeviceMatrix allocate(DeviceMemory memory, int rows, int columns, int blockRows) {
        int stride = Math.ceilDiv(columns, ALIGNED) * ALIGNED;
        long padded = (long) Math.ceilDiv(Math.max(rows, 1), blockRows) * blockRows;
        long bytes = Math.multiplyExact(padded * stride, (long) Float.BYTES);
        long address = memory.allocate(bytes, "a matrix of " + rows + " x " + columns);
        return new DeviceMatrix(address, rows, columns, stride, memory);
    }

    static DeviceMatrix device(Matrix matrix) {
        return (DeviceMatrix) matrix;
    }

    /// Address of a row's first element.
    long row(int row) {
        return address + (long) row * stride * Float.BYTES;
    }

    @Override
    public DeviceMatrix rows(int first, int count) {
        Objects.checkFromIndexSize(first, count, rows);
        return new DeviceMatrix(row(first), count, columns, stride, null);
    }

    @Override
    public DeviceMatrix columns(int first, int count) {
        Objects.checkFromIndexSize(first, count, columns);
        return new DeviceMatrix(address + (long) first * Float.BYTES, rows, count, stride, null);
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.free(address);
        }
    }
}
