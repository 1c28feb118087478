package io.logprobe.engine.model.architecture;

/// A weight matrix `[outputs, inputs]`, or part of one, as it lies in the checkpoint.
///
/// @param outputs outputs of the whole tensor
/// @param selection the outputs that are used
/// @param orientation which dimension comes first in the tensor
public record MatrixRef(String tensor, int outputs, int inputs, RowSelection selection, Orientation orientation) {

    /// Which dimension of a weight comes first in the checkpoint; the engine multiplies `[outputs, inputs]`.
    public enum Orientation {
        /// `[outputs, inputs]`: torch's `Linear`. A tensor of three dimensions `[a, b, inputs]` has `a · b` outputs.
        OUTPUTS_FIRST,
        /// `[inputs, outputs]`: GPT-2's `Conv1D`.
        INPUTS_FIRST
    }

    public static MatrixRef of(String tensor, int outputs, int inputs) {
        return new MatrixRef(tensor, outputs, inputs, RowSelection.run(0, outputs), Orientation.OUTPUTS_FIRST);
    }

    public MatrixRef select(RowSelection part) {
        return new MatrixRef(tensor, outputs, inputs, part, orientation);
    }

    public MatrixRef inputsFirst() {
        return new MatrixRef(tensor, outputs, inputs, selection, Orientation.INPUTS_FIRST);
    }
}
