package io.logprobe.engine.checkpoint.gguf;

/// What is done to a tensor of Transformers before it is written to a GGUF file.
public enum TensorForm {
    AS_IT_IS(false),

    /// The two halves of each query head are interleaved row by row, for another form of rotary positions.
    INTERLEAVED_QUERIES(false),

    /// As [#INTERLEAVED_QUERIES], of the key heads.
    INTERLEAVED_KEYS(false),

    /// Queries, keys and values that are grouped by key head are put one kind after the other.
    UNGROUPED_HEADS(false),

    /// Separate queries, keys and values become one tensor; in the name, `*` stands for `q`, `k` and `v`.
    JOINED_HEADS(false),

    /// Many tensors become one with a dimension more; in the name, `*` stands for the index.
    STACKED(false),

    /// Linear layers with their inputs first are transposed.
    TRANSPOSED(true),

    /// A matrix of one row becomes a vector.
    ONE_ROW(true),

    /// One is added to every weight of a norm.
    ONE_ADDED(true);

    private final boolean weightsOnly;

    TensorForm(boolean weightsOnly) {
        this.weightsOnly = weightsOnly;
    }

    /// Whether a bias beside the weight is as it was.
    boolean weightsOnly() {
        return weightsOnly;
    }
}
