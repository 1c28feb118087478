package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.memory.NativeMemory;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Vector arithmetic whose bits are the same whether the just-in-time compiler has seen it or not. So there is neither
/// `reduceLanes(ADD)`, whose order is unspecified, nor any of the transcendental lane operations, which change hands
/// between two libraries.
///
/// Loops call the methods of the vector that was just loaded and pass what they accumulate, as in `x.add(sum)`.
/// Of the sum the compiler knows the class only from a profile, and without one it calls every operation instead
/// of inlining it.
@SuppressWarnings("FloatingPointLiteralPrecision") // constants as published
final class Vectors {

    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();
    static final int BYTES = SPECIES.vectorByteSize();

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    // exp(x) = 2^n · exp(r), n = round(x / ln 2): Cephes' polynomial on |r| ≤ ln 2 / 2.
    private static final float LOG2_E = 1.44269504088896341f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final float ROUNDING = 12582912f; // 1.5 · 2^23: adding it leaves the rounded integer in the low bits
    private static final float EXP_MIN = -87.33654f;
    private static final float EXP_MAX = 88.37626f;

    // What lies half a vector further on, a quarter, …; single constants, as the compiler does not look into arrays.
    private static final VectorShuffle<Float> HALF = shuffle(2);
    private static final VectorShuffle<Float> QUARTER = shuffle(4);
    private static final VectorShuffle<Float> EIGHTH = shuffle(8);
    private static final VectorShuffle<Float> SIXTEENTH = shuffle(16);

    private Vectors() {}

    private static VectorShuffle<Float> shuffle(int parts) {
        return VectorShuffle.iota(SPECIES, LANES / parts, 1, true);
    }

    static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, NativeMemory.ALL, address, ORDER);
    }

    static FloatVector load(long address, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(SPECIES, NativeMemory.ALL, address, ORDER, mask);
    }

    static void store(FloatVector vector, long address) {
        vector.intoMemorySegment(NativeMemory.ALL, address, ORDER);
    }

    static void store(FloatVector vector, long address, VectorMask<Float> mask) {
        vector.intoMemorySegment(NativeMemory.ALL, address, ORDER, mask);
    }

    /// The first `count` lanes.
    static VectorMask<Float> first(int count) {
        return SPECIES.indexInRange(0, count);
    }

    /// Sum of all lanes, halves first.
    static float sum(FloatVector vector) {
        FloatVector sum = vector.add(vector.rearrange(HALF));
        if (LANES >= 4) {
            sum = sum.add(sum.rearrange(QUARTER));
        }
        if (LANES >= 8) {
            sum = sum.add(sum.rearrange(EIGHTH));
        }
        if (LANES >= 16) {
            sum = sum.add(sum.rearrange(SIXTEENTH));
        }
        return sum.lane(0);
    }

    static float max(FloatVector vector) {
        return vector.reduceLanes(VectorOperators.MAX);
    }

    /// `exp(x)`, within 2 units in the last place; 0 below −87.3.
    static FloatVector exp(FloatVector x) {
        FloatVector clamped = x.min(EXP_MAX).max(EXP_MIN);
        FloatVector shifted =
                clamped.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUNDING));
        FloatVector n = shifted.sub(ROUNDING);
        FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), clamped);
        r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
        FloatVector p = FloatVector.broadcast(SPECIES, 1.9875691500e-4f);
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1.3981999507e-3f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 8.3334519073e-3f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 4.1665795894e-2f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1.6666665459e-1f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 5.0000001201e-1f));
        p = p.fma(r.mul(r), r).add(1f);
        FloatVector power = p.reinterpretAsInts()
                .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
        return power.blend(0f, x.compare(VectorOperators.LT, EXP_MIN));
    }

    static FloatVector sigmoid(FloatVector x) {
        return FloatVector.broadcast(SPECIES, 1f).div(exp(x.neg()).add(1f));
    }

    /// Within 2e-7 absolutely.
    static FloatVector tanh(FloatVector x) {
        FloatVector quotient =
                FloatVector.broadcast(SPECIES, 2f).div(exp(x.add(x)).add(1f));
        return FloatVector.broadcast(SPECIES, 1f).sub(quotient);
    }

    /// The error function within 1.5e-7 absolutely (Abramowitz and Stegun, 7.1.26).
    static FloatVector erf(FloatVector x) {
        FloatVector z = x.abs();
        FloatVector t = FloatVector.broadcast(SPECIES, 1f)
                .div(z.fma(FloatVector.broadcast(SPECIES, 0.3275911f), FloatVector.broadcast(SPECIES, 1f)));
        FloatVector p = FloatVector.broadcast(SPECIES, 1.061405429f);
        p = p.fma(t, FloatVector.broadcast(SPECIES, -1.453152027f));
        p = p.fma(t, FloatVector.broadcast(SPECIES, 1.421413741f));
        p = p.fma(t, FloatVector.broadcast(SPECIES, -0.284496736f));
        p = p.fma(t, FloatVector.broadcast(SPECIES, 0.254829592f));
        FloatVector magnitude =
                FloatVector.broadcast(SPECIES, 1f).sub(p.mul(t).mul(exp(z.mul(z).neg())));
        return magnitude.lanewise(VectorOperators.NEG, x.compare(VectorOperators.LT, 0f));
    }
}
