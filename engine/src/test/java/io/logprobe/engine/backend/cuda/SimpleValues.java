package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Matrices and layers of simple values on a device.
final class SimpleValues {

    static final CudaOptions SMALL = CudaOptions.DEFAULT
            .withOwner("my-model")
            .withBlockRows(128)
            .withStagingBytes(16 << 10)
            .withoutCublas();
    static final int INPUTS = 48;
    static final int OUTPUTS = 200;

    private SimpleValues() {}

    /// A layer of equal weights.
    static Linear layer(CudaBackend backend, float value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(4L * INPUTS * OUTPUTS, 64);
            for (int i = 0; i < INPUTS * OUTPUTS; i++) {
                values.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
            }
            Linear layer = backend.linear(new Weight(values, ComputeType.FLOAT32, OUTPUTS, INPUTS), null);
            values.fill((byte) 0x55); // the contract: may be overwritten afterwards
            return layer;
        }
    }

    static Matrix ones(CudaBackend backend, int columns) {
        Matrix matrix = backend.matrix(128, columns);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(4L * 128 * columns, 64);
            for (int i = 0; i < 128 * columns; i++) {
                values.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
            }
            backend.write(values, matrix);
        }
        return matrix;
    }

    static float first(CudaBackend backend, Matrix matrix) {
        return numbers(backend, matrix)[0];
    }

    static float[] numbers(CudaBackend backend, Matrix matrix) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(4L * matrix.rows() * matrix.columns(), 64);
            backend.read(matrix, values);
            return values.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    static Matrix matrix(CudaBackend backend, int columns, float... values) {
        Matrix matrix = backend.matrix(values.length / columns, columns);
        try (Arena arena = Arena.ofConfined()) {
            backend.write(arena.allocateFrom(ValueLayout.JAVA_FLOAT, values), matrix);
        }
        return matrix;
    }
}
