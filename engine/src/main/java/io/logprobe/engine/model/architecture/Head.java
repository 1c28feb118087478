package io.logprobe.engine.model.architecture;

/// From hidden state to logits: `cap(factor · output(projection(norm(x))))`.
///
/// @param norm final norm; null for none
/// @param projection OPT's project_out; null for none
/// @param output `[vocabulary, width]`, padding rows included; the embedding's matrix where tied
/// @param factor Cohere's logit_scale; 1 for none
/// @param softcap `softcap · tanh(logit / softcap)`; 0 for none
public record Head(NormRef norm, LinearRef projection, LinearRef output, float factor, float softcap) {

    public static Head of(NormRef norm, LinearRef output) {
        return new Head(norm, null, output, 1, 0);
    }

    /// An output that is the embedding's matrix.
    public static Head tied(NormRef norm, MatrixRef embedding) {
        return of(norm, new LinearRef(embedding, null));
    }

    public Head projected(LinearRef value) {
        return new Head(norm, value, output, factor, softcap);
    }

    public Head times(double value) {
        return new Head(norm, projection, output, (float) value, softcap);
    }

    public Head softcap(double value) {
        return new Head(norm, projection, output, factor, (float) value);
    }
}
