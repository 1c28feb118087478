package io.logprobe.engine.backend.cpu;

import static io.logprobe.engine.backend.cpu.Vectors.BYTES;
import static io.logprobe.engine.backend.cpu.Vectors.LANES;
import static io.logprobe.engine.backend.cpu.Vectors.SPECIES;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.Norm;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Operations on single rows.
final class RowKernels {

    private RowKernels() {}

    static void copy(NativeMatrix source, int from, NativeMatrix target, int to) {
        long bytes = (long) source.columns() * Float.BYTES;
        MemorySegment.copy(source.data(), source.row(from), target.data(), target.row(to), bytes);
    }

    /// `y[to] = y[to] + factor · x[from]`
    static void add(NativeMatrix x, int from, float factor, NativeMatrix y, int to) {
        FloatVector factors = FloatVector.broadcast(SPECIES, factor);
        long source = x.address(from);
        long target = y.address(to);
        int whole = SPECIES.loopBound(x.columns());
        for (int j = 0; j < whole; j += LANES, source += BYTES, target += BYTES) {
            FloatVector sum = Vectors.load(source).fma(factors, Vectors.load(target));
            Vectors.store(sum, target);
        }
        if (whole < x.columns()) {
            VectorMask<Float> rest = Vectors.first(x.columns() - whole);
            FloatVector sum = Vectors.load(source, rest).fma(factors, Vectors.load(target, rest));
            Vectors.store(sum, target, rest);
        }
    }

    /// `x = 0`
    static void clear(long x, int columns) {
        FloatVector zero = FloatVector.zero(SPECIES);
        int whole = SPECIES.loopBound(columns);
        long address = x;
        for (int j = 0; j < whole; j += LANES, address += BYTES) {
            Vectors.store(zero, address);
        }
        if (whole < columns) {
            Vectors.store(zero, address, Vectors.first(columns - whole));
        }
    }

    /// `x = factor · x`
    static void scale(long x, float factor, int columns) {
        int whole = SPECIES.loopBound(columns);
        long address = x;
        for (int j = 0; j < whole; j += LANES, address += BYTES) {
            Vectors.store(Vectors.load(address).mul(factor), address);
        }
        if (whole < columns) {
            VectorMask<Float> rest = Vectors.first(columns - whole);
            Vectors.store(Vectors.load(address, rest).mul(factor), address, rest);
        }
    }

    static void clamp(NativeMatrix x, int row, float limit) {
        long offset = x.address(row);
        int whole = SPECIES.loopBound(x.columns());
        for (int j = 0; j < whole; j += LANES, offset += BYTES) {
            Vectors.store(Vectors.load(offset).max(-limit).min(limit), offset);
        }
        if (whole < x.columns()) {
            VectorMask<Float> rest = Vectors.first(x.columns() - whole);
            Vectors.store(Vectors.load(offset, rest).max(-limit).min(limit), offset, rest);
        }
    }

    static void norm(NativeMatrix x, Norm norm, NativeMatrix y, int row) {
        for (int first = 0; first < x.columns(); first += norm.width()) {
            long source = x.address(row) + (long) first * Float.BYTES;
            long target = y.address(row) + (long) first * Float.BYTES;
            float mean = norm.kind() == Norm.Kind.LAYER ? mean(source, norm.width()) : 0;
            float variance = variance(source, norm.width(), mean);
            float factor = (float) (1 / Math.sqrt((double) variance + norm.epsilon()));
            normalise(source, mean, factor, norm, first, target);
        }
    }

    private static float mean(long x, int width) {
        FloatVector sum = FloatVector.zero(SPECIES);
        int whole = SPECIES.loopBound(width);
        for (int j = 0; j < whole; j += LANES) {
            sum = Vectors.load(x + (long) j * Float.BYTES).add(sum);
        }
        if (whole < width) {
            sum = Vectors.load(x + (long) whole * Float.BYTES, Vectors.first(width - whole))
                    .add(sum);
        }
        return Vectors.sum(sum) / width;
    }

    private static float variance(long x, int width, float mean) {
        FloatVector sum = FloatVector.zero(SPECIES);
        int whole = SPECIES.loopBound(width);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector deviation = Vectors.load(x + (long) j * Float.BYTES).sub(mean);
            sum = deviation.fma(deviation, sum);
        }
        if (whole < width) {
            VectorMask<Float> rest = Vectors.first(width - whole);
            FloatVector deviation =
                    Vectors.load(x + (long) whole * Float.BYTES, rest).sub(FloatVector.broadcast(SPECIES, mean), rest);
            sum = deviation.fma(deviation, sum);
        }
        return Vectors.sum(sum) / width;
    }

    private static void normalise(long x, float mean, float factor, Norm norm, int first, long y) {
        float[] weight = norm.weight();
        float[] bias = norm.bias();
        int weightFirst = weight == null || weight.length == norm.width() ? 0 : first;
        int biasFirst = bias == null || bias.length == norm.width() ? 0 : first;
        int whole = SPECIES.loopBound(norm.width());
        for (int j = 0; j < whole; j += LANES) {
            long offset = (long) j * Float.BYTES;
            FloatVector value = Vectors.load(x + offset).sub(mean).mul(factor);
            if (weight != null) {
                value = value.mul(FloatVector.fromArray(SPECIES, weight, weightFirst + j));
            }
            if (bias != null) {
                value = value.add(FloatVector.fromArray(SPECIES, bias, biasFirst + j));
            }
            Vectors.store(value, y + offset);
        }
        if (whole < norm.width()) {
            long offset = (long) whole * Float.BYTES;
            VectorMask<Float> rest = Vectors.first(norm.width() - whole);
            FloatVector value = Vectors.load(x + offset, rest).sub(mean).mul(factor);
            if (weight != null) {
                value = value.mul(FloatVector.fromArray(SPECIES, weight, weightFirst + whole, rest));
            }
            if (bias != null) {
                value = value.add(FloatVector.fromArray(SPECIES, bias, biasFirst + whole, rest));
            }
            Vectors.store(value, y + offset, rest);
        }
    }

    /// `y = f(g) · u` for a row `[g | u]`.
    static void gate(NativeMatrix x, Activation activation, NativeMatrix y, int row) {
        long gates = x.address(row);
        long values = gates + (long) y.columns() * Float.BYTES;
        long target = y.address(row);
        int whole = SPECIES.loopBound(y.columns());
        for (int j = 0; j < whole; j += LANES, gates += BYTES, values += BYTES, target += BYTES) {
            Vectors.store(activate(activation, Vectors.load(gates)).mul(Vectors.load(values)), target);
        }
        if (whole < y.columns()) {
            VectorMask<Float> rest = Vectors.first(y.columns() - whole);
            FloatVector gated = activate(activation, Vectors.load(gates, rest)).mul(Vectors.load(values, rest));
            Vectors.store(gated, target, rest);
        }
    }

    private static FloatVector activate(Activation activation, FloatVector x) {
        return switch (activation) {
            case RELU -> x.max(0f);
            case RELU_SQUARED -> x.max(0f).mul(x.max(0f));
            case GELU ->
                x.mul(0.5f).mul(Vectors.erf(x.mul((float) Math.sqrt(0.5))).add(1f));
            case GELU_TANH -> {
                FloatVector cubic = x.mul(x).mul(x).mul(0.044715f).add(x);
                yield x.mul(0.5f)
                        .mul(Vectors.tanh(cubic.mul((float) Math.sqrt(2 / Math.PI)))
                                .add(1f));
            }
            case GELU_SIGMOID -> x.mul(Vectors.sigmoid(x.mul(1.702f)));
            case SILU -> x.mul(Vectors.sigmoid(x));
        };
    }

    static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }
}
