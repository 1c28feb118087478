package io.logprobe.contracts.spec;

import io.logprobe.contracts.Require;

/// What produced a log-probability, beyond model, dataset and options. Log-probabilities of one
/// evaluation share one provenance: those of another are discarded, never mixed in.
///
/// @param engineVersion version of the engine
/// @param backend backend and what it computes products with, for instance `cpu/onednn`
/// @param computedType the type products were really computed in, which may be wider than asked for
/// @param tokenizerDigest SHA-256 of the tokenizer
public record Provenance(String engineVersion, String backend, String computedType, String tokenizerDigest) {

    public Provenance {
        Require.text(engineVersion, "engineVersion");
        Require.text(backend, "backend");
        Require.text(computedType, "computedType");
        Require.sha256(tokenizerDigest, "tokenizerDigest");
    }
}
