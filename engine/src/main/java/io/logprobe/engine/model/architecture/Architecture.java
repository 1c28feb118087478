package io.logprobe.engine.model.architecture;

import java.util.List;

/// A causal language model, described: everything the executor needs to run it and nothing that says how.
///
/// @param modelType `model_type` of config.json
/// @param hidden width of the residual stream
/// @param longFrom inputs of at least this many tokens use the second set of rotary frequencies, and share no
///     computation with shorter ones; [Integer#MAX_VALUE] where there is one set
public record Architecture(
        String modelType, int hidden, Embedding embedding, List<LayerSheet> layers, Head head, int longFrom) {

    public Architecture {
        layers = List.copyOf(layers);
    }

    public Architecture(String modelType, int hidden, Embedding embedding, List<LayerSheet> layers, Head head) {
        this(modelType, hidden, embedding, layers, head, Integer.MAX_VALUE);
    }

    public Architecture longFrom(int tokens) {
        return new Architecture(modelType, hidden, embedding, layers, head, tokens);
    }

    public int vocabulary() {
        return head.output().outputs();
    }
}
