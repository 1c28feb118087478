package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.MatrixRef;
import io.logprobe.engine.model.architecture.VectorRef;

/// The two matrices with a row for every token, `[vocabulary, width]`: one tensor where they are tied.
///
/// @param output has a bias in few families
record TokenMatrices(MatrixRef embedding, LinearRef output) {

    /// Reads `tie_word_embeddings`.
    ///
    /// A checkpoint of a tied model has either tensor or both. Where both exist and differ, the model was not tied
    /// whatever its config says, and Transformers uses both.
    ///
    /// @param embedding name of the tensor without `.weight`
    /// @param head as `embedding`
    static TokenMatrices of(
            ModelConfig config,
            Tensors tensors,
            String embedding,
            String head,
            int vocabulary,
            int width,
            boolean tiedByDefault) {
        MatrixRef tokens = MatrixRef.of(embedding + ".weight", vocabulary, width);
        MatrixRef logits = MatrixRef.of(head + ".weight", vocabulary, width);
        if (!config.flagOr(tiedByDefault, "tie_word_embeddings")) {
            return new TokenMatrices(tokens, new LinearRef(logits, null));
        }
        if (!tensors.has(logits.tensor())) {
            return new TokenMatrices(tokens, new LinearRef(tokens, null));
        }
        if (!tensors.has(tokens.tensor())) {
            return new TokenMatrices(logits, new LinearRef(logits, null));
        }
        boolean tied = tensors.equal(tokens.tensor(), logits.tensor());
        return new TokenMatrices(tokens, new LinearRef(tied ? tokens : logits, null));
    }

    /// With a bias on the logits.
    TokenMatrices bias(String tensor) {
        VectorRef bias = VectorRef.of(tensor, output.outputs());
        return new TokenMatrices(embedding, new LinearRef(output.weight(), bias));
    }
}
