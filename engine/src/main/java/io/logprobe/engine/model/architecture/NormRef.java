package io.logprobe.engine.model.architecture;

import io.logprobe.engine.backend.Norm;
import java.util.List;

/// A normalisation whose vectors lie in the checkpoint.
///
/// @param width columns that are normalised together: the hidden size, or one head
/// @param weight vectors that are end to end as long as `width`, or as the row when every group has its own; none for
///     ones
/// @param bias as `weight`; none for zeros
public record NormRef(Norm.Kind kind, int width, List<VectorRef> weight, List<VectorRef> bias, float epsilon) {

    public NormRef {
        weight = List.copyOf(weight);
        bias = List.copyOf(bias);
    }

    /// LayerNorm with `name.weight` and `name.bias`.
    public static NormRef layer(String name, int width, double epsilon) {
        return layer(name, width, epsilon, true);
    }

    public static NormRef layer(String name, int width, double epsilon, boolean bias) {
        return new NormRef(
                Norm.Kind.LAYER,
                width,
                List.of(VectorRef.of(name + ".weight", width)),
                bias ? List.of(VectorRef.of(name + ".bias", width)) : List.of(),
                (float) epsilon);
    }

    /// LayerNorm with factor `1 + name.weight`, and `name.bias`.
    public static NormRef layerPlusOne(String name, int width, double epsilon) {
        return new NormRef(
                Norm.Kind.LAYER,
                width,
                List.of(VectorRef.of(name + ".weight", width).plus(1)),
                List.of(VectorRef.of(name + ".bias", width)),
                (float) epsilon);
    }

    /// LayerNorm without parameters.
    public static NormRef plainLayer(int width, double epsilon) {
        return new NormRef(Norm.Kind.LAYER, width, List.of(), List.of(), (float) epsilon);
    }

    /// RMSNorm with `name.weight`.
    public static NormRef rms(String name, int width, double epsilon) {
        return rms(width, VectorRef.of(name + ".weight", width), epsilon);
    }

    /// RMSNorm with factor `1 + name.weight`, as Gemma has it.
    public static NormRef rmsPlusOne(String name, int width, double epsilon) {
        return rms(width, VectorRef.of(name + ".weight", width).plus(1), epsilon);
    }

    private static NormRef rms(int width, VectorRef weight, double epsilon) {
        return new NormRef(Norm.Kind.RMS, width, List.of(weight), List.of(), (float) epsilon);
    }
}
