package io.logprobe.engine.backend;

/// Element-wise non-linearities, `x` → `f(x)`.
public enum Activation {
    RELU,
    /// `max(x, 0)²`
    RELU_SQUARED,
    /// `x · Φ(x)` by the error function.
    GELU,
    /// `x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`: gelu_new, gelu_fast, gelu_pytorch_tanh.
    GELU_TANH,
    /// `x · sigmoid(1.702 x)`
    GELU_SIGMOID,
    /// `x · sigmoid(x)`: swish.
    SILU
}
