package io.logprobe.engine.backend.reference;

import static io.logprobe.engine.backend.reference.HeapMatrix.heap;

import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Norm;
import io.logprobe.engine.backend.NormWeights;

/// A norm in double precision, one row and group after the other.
record ReferenceNorm(Norm norm) implements NormWeights {

    /// `y = norm(x)`, as [io.logprobe.engine.backend.Backend#norm].
    void apply(Matrix x, Matrix y) {
        for (int row = 0; row < x.rows(); row++) {
            for (int first = 0; first < x.columns(); first += norm.width()) {
                group(heap(x), heap(y), row, first);
            }
        }
    }

    private void group(HeapMatrix x, HeapMatrix y, int row, int first) {
        int width = norm.width();
        double mean = 0;
        if (norm.kind() == Norm.Kind.LAYER) {
            for (int j = 0; j < width; j++) {
                mean += x.get(row, first + j) / (double) width;
            }
        }
        double variance = 0;
        for (int j = 0; j < width; j++) {
            double deviation = x.get(row, first + j) - mean;
            variance += deviation * deviation / width;
        }
        double factor = 1 / Math.sqrt(variance + norm.epsilon());
        for (int j = 0; j < width; j++) {
            double weight = norm.weight() == null ? 1 : norm.weight()[(first + j) % norm.weight().length];
            double bias = norm.bias() == null ? 0 : norm.bias()[(first + j) % norm.bias().length];
            y.set(row, first + j, (x.get(row, first + j) - mean) * factor * weight + bias);
        }
    }

    @Override
    public void close() {}
}
