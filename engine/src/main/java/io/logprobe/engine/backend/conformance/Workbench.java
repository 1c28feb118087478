package io.logprobe.engine.backend.conformance;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A backend with random numbers, and the matrices that one operation is tried on.
public final class Workbench implements AutoCloseable {

    private final Backend backend;
    private final Random random;
    private final List<Matrix> owned = new ArrayList<>();

    Workbench(Backend backend, Random random) {
        this.backend = backend;
        this.random = random;
    }

    Backend backend() {
        return backend;
    }

    Random random() {
        return random;
    }

    /// A matrix of normally distributed values.
    Matrix matrix(int rows, int columns) {
        Matrix matrix = backend.matrix(rows, columns);
        owned.add(matrix);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(4L * Math.max(1, rows * columns), 4);
            for (int i = 0; i < rows * columns; i++) {
                values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
            }
            backend.write(values, matrix);
        }
        return matrix;
    }

    float[] vector(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    float[] values(Matrix matrix) {
        float[] values = new float[matrix.rows() * matrix.columns()];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(4L * Math.max(1, values.length), 4);
            backend.read(matrix, copy);
            MemorySegment.copy(copy, ValueLayout.JAVA_FLOAT, 0, values, 0, values.length);
        }
        return values;
    }

    @Override
    public void close() {
        owned.forEach(Matrix::close);
    }
}
