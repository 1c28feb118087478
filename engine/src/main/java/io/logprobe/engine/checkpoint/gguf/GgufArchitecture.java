package io.logprobe.engine.checkpoint.gguf;

import java.util.function.Predicate;

/// One architecture of GGUF files, in the words of the family that scores it: what Transformers calls its tensors and
/// hyperparameters. One small file each, after the tables and converters of llama.cpp
/// (<https://github.com/ggml-org/llama.cpp/tree/master/gguf-py>).
public interface GgufArchitecture {

    /// Value of `general.architecture`, and prefix of the metadata keys.
    String key();

    /// Transformers' names of the tensors.
    ///
    /// @param present whether the file has a tensor of a GGUF name
    TensorNames names(Predicate<String> present);

    /// Writes down the `config.json` that the file stands for.
    void describe(ConfigDraft config);
}
