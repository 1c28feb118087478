package io.logprobe.engine.model.architecture;

/// A vector, or part of one, as it lies in the checkpoint.
///
/// @param length elements of the whole tensor, of whatever shape
/// @param selection the elements that are used
/// @param addend added to every element: 1 for Gemma's norms
public record VectorRef(String tensor, int length, RowSelection selection, float addend) {

    public static VectorRef of(String tensor, int length) {
        return new VectorRef(tensor, length, RowSelection.run(0, length), 0);
    }

    public VectorRef select(RowSelection part) {
        return new VectorRef(tensor, length, part, addend);
    }

    public VectorRef plus(float value) {
        return new VectorRef(tensor, length, selection, value);
    }
}
