package io.logprobe.engine.model.architecture;

import io.logprobe.engine.backend.Norm;

/// A normalisation whose vectors lie in the checkpoint.
///
/// @param width columns that are normalised together: the hidden size, or one head
/// @param weight as long as `width`, or as the row when every group has its own; null for ones
/// @param bias as `weight`; null for zeros
public record NormRef(Norm.Kind kind, int width, VectorRef weight, VectorRef bias, float epsilon) {

    /// LayerNorm with `name.weight` and `name.bias`.
    public static NormRef layer(String name, int width, double epsilon) {
        return layer(name, width, epsilon, true);
    }

    public static NormRef layer(String name, int width, double epsilon, boolean bias) {
        return new NormRef(
                Norm.Kind.LAYER,
                width,
                VectorRef.of(name + ".weight", width),
                bias ? VectorRef.of(name + ".bias", width) : null,
                (float) epsilon);
    }

    /// LayerNorm without parameters.
    public static NormRef plainLayer(int width, double epsilon) {
        return new NormRef(Norm.Kind.LAYER, width, null, null, (float) epsilon);
    }

    /// RMSNorm with `name.weight`.
    public static NormRef rms(String name, int width, double epsilon) {
        return new NormRef(Norm.Kind.RMS, width, VectorRef.of(name + ".weight", width), null, (float) epsilon);
    }

    /// RMSNorm with factor `1 + name.weight`, as Gemma has it.
    public static NormRef rmsPlusOne(String name, int width, double epsilon) {
        return new NormRef(
                Norm.Kind.RMS, width, VectorRef.of(name + ".weight", width).plus(1), null, (float) epsilon);
    }
}
