package io.logprobe.engine.model.architecture;

/// What is added to a score for the position of its key (ALiBi). Layers that agree share one instance.
@FunctionalInterface
public interface PositionBias {

    float bias(int head, int keyPosition);
}
