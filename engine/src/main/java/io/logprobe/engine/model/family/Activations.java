package io.logprobe.engine.model.family;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.checkpoint.ModelConfig;

/// The names that config.json uses for activation functions.
final class Activations {

    private Activations() {}

    static Activation of(ModelConfig config, String fallback, String key) {
        String name = config.textOr(fallback, key);
        return switch (name) {
            case "relu" -> Activation.RELU;
            case "relu2" -> Activation.RELU_SQUARED;
            case "gelu", "gelu_python" -> Activation.GELU;
            case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate" ->
                Activation.GELU_TANH;
            case "quick_gelu" -> Activation.GELU_SIGMOID;
            case "silu", "swish" -> Activation.SILU;
            default -> throw config.unsupported(key, "'" + name + "' is not supported");
        };
    }
}
