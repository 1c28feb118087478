package io.logprobe.engine.backend.cpu;

import static io.logprobe.engine.backend.cpu.Vectors.BYTES;
import static io.logprobe.engine.backend.cpu.Vectors.LANES;
import static io.logprobe.engine.backend.cpu.Vectors.SPECIES;

import io.logprobe.engine.memory.NativeMemory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Products of few rows with a panel: `c[j] = c[j] + Σ_k a[k] · b[k][j]`, the sum in ascending `k`, one rounding per
/// step. So a row's bits are the same from either method. All arguments are addresses; `bStep` is in bytes.
final class RowProducts {

    private RowProducts() {}

    /// One row.
    static void addOne(long a, long b, long bStep, int depth, long c, int columns) {
        int j = 0;
        for (; j + 4 * LANES <= columns; j += 4 * LANES) {
            long offset = (long) j * Float.BYTES;
            oneByFour(a, b + offset, bStep, depth, c + offset);
        }
        for (; j + LANES <= columns; j += LANES) {
            long offset = (long) j * Float.BYTES;
            oneByOne(a, b + offset, bStep, depth, c + offset);
        }
        if (j < columns) {
            long offset = (long) j * Float.BYTES;
            oneByRest(a, b + offset, bStep, depth, c + offset, columns - j);
        }
    }

    /// Four rows: each vector of the panel is loaded once for all of them.
    static void addFour(
            long a0,
            long a1,
            long a2,
            long a3,
            long b,
            long bStep,
            int depth,
            long c0,
            long c1,
            long c2,
            long c3,
            int columns) {
        int j = 0;
        for (; j + 2 * LANES <= columns; j += 2 * LANES) {
            long offset = (long) j * Float.BYTES;
            fourByTwo(a0, a1, a2, a3, b + offset, bStep, depth, c0 + offset, c1 + offset, c2 + offset, c3 + offset);
        }
        for (; j + LANES <= columns; j += LANES) {
            long offset = (long) j * Float.BYTES;
            fourByOne(a0, a1, a2, a3, b + offset, bStep, depth, c0 + offset, c1 + offset, c2 + offset, c3 + offset);
        }
        if (j < columns) {
            long offset = (long) j * Float.BYTES;
            oneByRest(a0, b + offset, bStep, depth, c0 + offset, columns - j);
            oneByRest(a1, b + offset, bStep, depth, c1 + offset, columns - j);
            oneByRest(a2, b + offset, bStep, depth, c2 + offset, columns - j);
            oneByRest(a3, b + offset, bStep, depth, c3 + offset, columns - j);
        }
    }

    // The compiler stops inlining vector operations in methods that are longer than these.

    private static void oneByFour(long a, long b, long bStep, int depth, long c) {
        FloatVector c0 = Vectors.load(c);
        FloatVector c1 = Vectors.load(c + BYTES);
        FloatVector c2 = Vectors.load(c + 2L * BYTES);
        FloatVector c3 = Vectors.load(c + 3L * BYTES);
        long panel = b;
        for (int k = 0; k < depth; k++, panel += bStep) {
            FloatVector factor = factor(a, k);
            c0 = factor.fma(Vectors.load(panel), c0);
            c1 = factor.fma(Vectors.load(panel + BYTES), c1);
            c2 = factor.fma(Vectors.load(panel + 2L * BYTES), c2);
            c3 = factor.fma(Vectors.load(panel + 3L * BYTES), c3);
        }
        Vectors.store(c0, c);
        Vectors.store(c1, c + BYTES);
        Vectors.store(c2, c + 2L * BYTES);
        Vectors.store(c3, c + 3L * BYTES);
    }

    private static void oneByOne(long a, long b, long bStep, int depth, long c) {
        FloatVector sum = Vectors.load(c);
        long panel = b;
        for (int k = 0; k < depth; k++, panel += bStep) {
            sum = factor(a, k).fma(Vectors.load(panel), sum);
        }
        Vectors.store(sum, c);
    }

    private static void fourByTwo(
            long a0, long a1, long a2, long a3, long b, long bStep, int depth, long c0, long c1, long c2, long c3) {
        FloatVector c00 = Vectors.load(c0);
        FloatVector c01 = Vectors.load(c0 + BYTES);
        FloatVector c10 = Vectors.load(c1);
        FloatVector c11 = Vectors.load(c1 + BYTES);
        FloatVector c20 = Vectors.load(c2);
        FloatVector c21 = Vectors.load(c2 + BYTES);
        FloatVector c30 = Vectors.load(c3);
        FloatVector c31 = Vectors.load(c3 + BYTES);
        long panel = b;
        for (int k = 0; k < depth; k++, panel += bStep) {
            FloatVector b0 = Vectors.load(panel);
            FloatVector b1 = Vectors.load(panel + BYTES);
            FloatVector f0 = factor(a0, k);
            c00 = f0.fma(b0, c00);
            c01 = f0.fma(b1, c01);
            FloatVector f1 = factor(a1, k);
            c10 = f1.fma(b0, c10);
            c11 = f1.fma(b1, c11);
            FloatVector f2 = factor(a2, k);
            c20 = f2.fma(b0, c20);
            c21 = f2.fma(b1, c21);
            FloatVector f3 = factor(a3, k);
            c30 = f3.fma(b0, c30);
            c31 = f3.fma(b1, c31);
        }
        Vectors.store(c00, c0);
        Vectors.store(c01, c0 + BYTES);
        Vectors.store(c10, c1);
        Vectors.store(c11, c1 + BYTES);
        Vectors.store(c20, c2);
        Vectors.store(c21, c2 + BYTES);
        Vectors.store(c30, c3);
        Vectors.store(c31, c3 + BYTES);
    }

    private static void fourByOne(
            long a0, long a1, long a2, long a3, long b, long bStep, int depth, long c0, long c1, long c2, long c3) {
        FloatVector sum0 = Vectors.load(c0);
        FloatVector sum1 = Vectors.load(c1);
        FloatVector sum2 = Vectors.load(c2);
        FloatVector sum3 = Vectors.load(c3);
        long panel = b;
        for (int k = 0; k < depth; k++, panel += bStep) {
            FloatVector values = Vectors.load(panel);
            sum0 = factor(a0, k).fma(values, sum0);
            sum1 = factor(a1, k).fma(values, sum1);
            sum2 = factor(a2, k).fma(values, sum2);
            sum3 = factor(a3, k).fma(values, sum3);
        }
        Vectors.store(sum0, c0);
        Vectors.store(sum1, c1);
        Vectors.store(sum2, c2);
        Vectors.store(sum3, c3);
    }

    /// Less than a vector of one row.
    private static void oneByRest(long a, long b, long bStep, int depth, long c, int columns) {
        VectorMask<Float> lanes = Vectors.first(columns);
        FloatVector sum = Vectors.load(c, lanes);
        for (int k = 0; k < depth; k++) {
            sum = factor(a, k).fma(Vectors.load(b + k * bStep, lanes), sum);
        }
        Vectors.store(sum, c, lanes);
    }

    private static FloatVector factor(long a, int k) {
        return FloatVector.broadcast(SPECIES, NativeMemory.getFloat(a + (long) k * Float.BYTES));
    }
}
