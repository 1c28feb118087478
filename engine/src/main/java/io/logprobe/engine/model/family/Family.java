package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import java.util.List;

/// One family of models: reads its `config.json` into a description. One small file each, named as the config names it.
public interface Family {

    /// Values of `model_type` that this family covers.
    List<String> modelTypes();

    /// Variants and limits, one line for people.
    String variants();

    /// Describes the model.
    ///
    /// @throws io.logprobe.engine.failure.UnsupportedModel naming the option that is not supported
    Architecture describe(ModelConfig config, Tensors tensors);
}
