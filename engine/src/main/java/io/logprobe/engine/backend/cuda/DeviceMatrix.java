package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Matrix;
import java.util.Objects;

/// A matrix in device memory, padded to whole blocks of rows, its rows to whole groups of four.
///
/// @param address of the first element
/// @param stride elements from one row to the next
/// @param elementBytes 4, or 2 for what only products read and in bfloat16
/// @param memory null for a view
record DeviceMatrix(long address, int rows, int columns, int stride, int elementBytes, DeviceMemory memory)
        implements Matrix {

    private static final int ALIGNED = 4;

    static DeviceMatrix allocate(DeviceMemory memory, int rows, int columns, int blockRows) {
        int stride = Math.ceilDiv(columns, ALIGNED) * ALIGNED;
        return allocate(memory, rows, columns, stride, Float.BYTES, blockRows);
    }

    /// As products of that type read their rows.
    static DeviceMatrix operands(DeviceMemory memory, int rows, int columns, ComputeType type, int blockRows) {
        int stride = DeviceLinear.width(type, columns);
        return allocate(memory, rows, columns, stride, type.bytes(), blockRows);
    }

    private static DeviceMatrix allocate(
            DeviceMemory memory, int rows, int columns, int stride, int elementBytes, int blockRows) {
        long padded = (long) Math.ceilDiv(Math.max(rows, 1), blockRows) * blockRows;
        long bytes = Math.multiplyExact(padded * stride, (long) elementBytes);
        long address = memory.allocate(bytes, "a matrix of " + rows + " x " + columns);
        return new DeviceMatrix(address, rows, columns, stride, elementBytes, memory);
    }

    static DeviceMatrix device(Matrix matrix) {
        return (DeviceMatrix) matrix;
    }

    /// Whether the elements are bfloat16.
    boolean isNarrow() {
        return elementBytes < Float.BYTES;
    }

    /// Address of a row's first element.
    long row(int row) {
        return address + (long) row * stride * elementBytes;
    }

    @Override
    public DeviceMatrix rows(int first, int count) {
        Objects.checkFromIndexSize(first, count, rows);
        return new DeviceMatrix(row(first), count, columns, stride, elementBytes, null);
    }

    @Override
    public DeviceMatrix columns(int first, int count) {
        Objects.checkFromIndexSize(first, count, columns);
        return new DeviceMatrix(address + (long) first * elementBytes, rows, count, stride, elementBytes, null);
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.free(address);
        }
    }
}
