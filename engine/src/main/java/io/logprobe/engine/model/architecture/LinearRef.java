package io.logprobe.engine.model.architecture;

/// `y = x · weightᵀ + bias`
///
/// @param bias null for none
public record LinearRef(MatrixRef weight, VectorRef bias) {

    /// Tensor `name.weight`, and `name.bias` if there is a bias.
    public static LinearRef of(String name, int outputs, int inputs, boolean bias) {
        return new LinearRef(
                MatrixRef.of(name + ".weight", outputs, inputs), bias ? VectorRef.of(name + ".bias", outputs) : null);
    }

    /// The same part of weight and bias.
    public LinearRef select(RowSelection part) {
        return new LinearRef(weight.select(part), bias == null ? null : bias.select(part));
    }

    /// For a weight that is stored `[inputs, outputs]`.
    public LinearRef inputsFirst() {
        return new LinearRef(weight.inputsFirst(), bias);
    }

    public int outputs() {
        return weight.selection().count();
    }

    public int inputs() {
        return weight.inputs();
    }
}
