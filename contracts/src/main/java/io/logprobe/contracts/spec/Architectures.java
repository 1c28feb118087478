package io.logprobe.contracts.spec;

import java.util.Set;

/// The model families that can be scored, as `model_type` of `config.json` names them.
public final class Architectures {

    /// Every family the engine has a description of.
    public static final Set<String> SUPPORTED = Set.of("opt");

    private Architectures() {}
}
