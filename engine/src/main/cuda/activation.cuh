// The activations of io.logprobe.engine.backend.Activation, by their ordinal.
#pragma once
#include "device.cuh"

enum Activation { RELU, RELU_SQUARED, GELU, GELU_TANH, GELU_SIGMOID, SILU };

DEVICE float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

DEVICE float activate(int activation, float x) {
  switch (activation) {
    case RELU: return fmaxf(x, 0.0f);
    case RELU_SQUARED: return fmaxf(x, 0.0f) * fmaxf(x, 0.0f);
    case GELU: return 0.5f * x * (1.0f + erff(x * 0.70710678118654752f));
    case GELU_TANH: return 0.5f * x * (1.0f + tanhf(0.79788456080286536f * (x + 0.044715f * x * x * x)));
    case GELU_SIGMOID: return x * sigmoid(1.702f * x);
    default: return x * sigmoid(x);
  }
}
