package io.logprobe.engine.checkpoint.gguf;

import java.util.List;
import java.util.Optional;

/// What a sheet may ask of a GGUF model: values of its metadata, if the keys are there, and its tensors by their names
/// in Transformers. Answers of the wrong type are failures that name file and key.
public interface GgufFacts {

    Optional<String> text(String key);

    Optional<Long> integer(String key);

    Optional<Double> number(String key);

    Optional<Boolean> flag(String key);

    /// Whether a key is there and has many values.
    boolean isList(String key);

    Optional<List<Boolean>> flags(String key);

    boolean hasTensor(String name);

    /// First dimension of a tensor that must exist.
    long rows(String tensor);

    /// All values of a small tensor that must exist.
    List<Float> values(String tensor);

    /// A failure that names the file and a key whose value is sound, but not supported.
    RuntimeException unsupported(String key, String problem);

    /// A failure that names the file and a key.
    RuntimeException invalid(String key, String problem);
}
