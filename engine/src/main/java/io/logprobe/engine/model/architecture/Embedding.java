package io.logprobe.engine.model.architecture;

/// From token to hidden state: `x = projection(factor · tokens[token])`, plus the learned position, then the norm.
///
/// @param tokens `[vocabulary, width]`
/// @param factor Gemma's √hidden, Granite's embedding_multiplier; 1 for none
/// @param projection OPT's project_in; null for none
/// @param positions learned position embeddings; null for none
/// @param norm BLOOM's; null for none
public record Embedding(
        MatrixRef tokens, float factor, LinearRef projection, LearnedPositions positions, NormRef norm) {

    /// Row `position + offset` of the table.
    public record LearnedPositions(MatrixRef table, int offset) {}

    public static Embedding of(MatrixRef tokens) {
        return new Embedding(tokens, 1, null, null, null);
    }

    public Embedding times(double value) {
        return new Embedding(tokens, (float) value, projection, positions, norm);
    }

    public Embedding projected(LinearRef value) {
        return new Embedding(tokens, factor, value, positions, norm);
    }

    public Embedding positioned(MatrixRef table, int offset) {
        return new Embedding(tokens, factor, projection, new LearnedPositions(table, offset), norm);
    }

    public Embedding normed(NormRef value) {
        return new Embedding(tokens, factor, projection, positions, value);
    }
}
