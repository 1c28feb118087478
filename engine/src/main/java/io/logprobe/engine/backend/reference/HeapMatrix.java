package io.logprobe.engine.backend.reference;

import io.logprobe.engine.backend.Matrix;
import java.util.Objects;

/// A matrix in an array.
@SuppressWarnings("ArrayRecordComponent")
record HeapMatrix(float[] data, int offset, int rows, int columns, int stride) implements Matrix {

    HeapMatrix(int rows, int columns) {
        this(new float[Math.multiplyExact(rows, columns)], 0, rows, columns, columns);
    }

    static HeapMatrix heap(Matrix matrix) {
        return (HeapMatrix) matrix;
    }

    float get(int row, int column) {
        return data[offset + row * stride + column];
    }

    void set(int row, int column, double value) {
        data[offset + row * stride + column] = (float) value;
    }

    @Override
    public HeapMatrix rows(int first, int count) {
        Objects.checkFromIndexSize(first, count, rows);
        return new HeapMatrix(data, offset + first * stride, count, columns, stride);
    }

    @Override
    public HeapMatrix columns(int first, int count) {
        Objects.checkFromIndexSize(first, count, columns);
        return new HeapMatrix(data, offset + first, rows, count, stride);
    }

    @Override
    public void close() {}
}
