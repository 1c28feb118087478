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
        long source = x.row(from);
        long target = y.row(to);
        int whole = SPECIES.loopBound(x.columns());
        for (int j = 0; j < whole; j += LANES, source += BYTES, target += BYTES) {
            FloatVector sum = Vectors.load(x.data(), source).fma(factors, Vectors.load(y.data(), target));
            Vectors.store(sum, y.data(), target);
        }
        if (whole < x.columns()) {
            VectorMask<Float> rest = Vectors.first(x.columns() - whole);
            FloatVector sum = Vectors.load(x.data(), source, rest).fma(factors, Vectors.load(y.data(), target, rest));
            Vectors.store(sum, y.data(), target, rest);
        }
    }

    static void scale(NativeMatrix x, int row, float factor) {
        long offset = x.row(row);
        int whole = SPECIES.loopBound(x.columns());
        for (int j = 0; j < whole; j += LANES, offset += BYTES) {
            Vectors.store(Vectors.load(x.data(), offset).mul(factor), x.data(), offset);
        }
        if (whole < x.columns()) {
            VectorMask<Float> rest = Vectors.first(x.columns() - whole);
            Vectors.store(Vectors.load(x.data(), offset, rest).mul(factor), x.data(), offset, rest);
        }
    }

    static void clamp(NativeMatrix x, int row, float limit) {
        long offset = x.row(row);
        int whole = SPECIES.loopBound(x.columns());
        for (int j = 0; j < whole; j += LANES, offset += BYTES) {
            Vectors.store(Vectors.load(x.data(), offset).max(-limit).min(limit), x.data(), offset);
        }
        if (whole < x.columns()) {
            VectorMask<Float> rest = Vectors.first(x.columns() - whole);
            Vectors.store(Vectors.load(x.data(), offset, rest).max(-limit).min(limit), x.data(), offset, rest);
        }
    }

    static void norm(NativeMatrix x, Norm norm, NativeMatrix y, int row) {
        for (int first = 0; first < x.columns(); first += norm.width()) {
            long source = x.row(row) + (long) first * Float.BYTES;
            long target = y.row(row) + (long) first * Float.BYTES;
            float mean = norm.kind() == Norm.Kind.LAYER ? mean(x.data(), source, norm.width()) : 0;
            float variance = variance(x.data(), source, norm.width(), mean);
            float factor = (float) (1 / Math.sqrt((double) variance + norm.epsilon()));
            normalise(x.data(), source, mean, factor, norm, first, y.data(), target);
        }
    }

    private static float mean(MemorySegment x, long offset, int width) {
        FloatVector sum = FloatVector.zero(SPECIES);
        int whole = SPECIES.loopBound(width);
        for (int j = 0; j < whole; j += LANES) {
            sum = sum.add(Vectors.load(x, offset + (long) j * Float.BYTES));
        }
        if (whole < width) {
            sum = sum.add(Vectors.load(x, offset + (long) whole * Float.BYTES, Vectors.first(width - whole)));
        }
        return Vectors.sum(sum) / width;
    }

    private static float variance(MemorySegment x, long offset, int width, float mean) {
        FloatVector sum = FloatVector.zero(SPECIES);
        int whole = SPECIES.loopBound(width);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector deviation =
                    Vectors.load(x, offset + (long) j * Float.BYTES).sub(mean);
            sum = deviation.fma(deviation, sum);
        }
        if (whole < width) {
            VectorMask<Float> rest = Vectors.first(width - whole);
            FloatVector deviation = Vectors.load(x, offset + (long) whole * Float.BYTES, rest)
                    .sub(FloatVector.broadcast(SPECIES, mean), rest);
            sum = deviation.fma(deviation, sum);
        }
        return Vectors.sum(sum) / width;
    }

    private static void normalise(
            MemorySegment x,
            long source,
            float mean,
            float factor,
            Norm norm,
            int first,
            MemorySegment y,
            long target) {
        float[] weight = norm.weight();
        float[] bias = norm.bias();
        int weightFirst = weight == null || weight.length == norm.width() ? 0 : first;
        int biasFirst = bias == null || bias.length == norm.width() ? 0 : first;
        for (int j = 0; j < norm.width(); j += LANES) {
            VectorMask<Float> lanes = Vectors.first(norm.width() - j);
            FloatVector value = Vectors.load(x, source + (long) j * Float.BYTES, lanes)
                    .sub(mean)
                    .mul(factor);
            if (weight != null) {
                value = value.mul(FloatVector.fromArray(SPECIES, weight, weightFirst + j, lanes));
            }
            if (bias != null) {
                value = value.add(FloatVector.fromArray(SPECIES, bias, biasFirst + j, lanes));
            }
            Vectors.store(value, y, target + (long) j * Float.BYTES, lanes);
        }
    }

    /// `y = f(g) · u` for a row `[g | u]`.
    static void gate(NativeMatrix x, Activation activation, NativeMatrix y, int row) {
        long gates = x.row(row);
        long values = gates + (long) y.columns() * Float.BYTES;
        long target = y.row(row);
        for (int j = 0; j < y.columns(); j += LANES, gates += BYTES, values += BYTES, target += BYTES) {
            VectorMask<Float> lanes = Vectors.first(y.columns() - j);
            FloatVector gated = activate(activation, Vectors.load(x.data(), gates, lanes))
                    .mul(Vectors.load(x.data(), values, lanes));
            Vectors.store(gated, y.data(), target, lanes);
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
