package io.logprobe.engine.model.architecture;

import io.logprobe.engine.backend.Activation;
import java.util.List;

/// The position-wise part of a layer.
public sealed interface Mlp {

    /// `down(f(up(x)))`
    record Plain(LinearRef up, Activation activation, LinearRef down) implements Mlp {}

    /// `down(f(gate(x)) · up(x))`
    record Gated(LinearRef gate, LinearRef up, Activation activation, LinearRef down) implements Mlp {}

    /// `Σ weight_e · expert_e(x)` over the `topK` experts of the greatest softmax(router(x)), plus the shared expert.
    ///
    /// @param renormalise whether the chosen weights are divided by their sum
    /// @param shared null for none
    record Experts(LinearRef router, int topK, boolean renormalise, List<Gated> experts, Shared shared) implements Mlp {

        public Experts {
            experts = List.copyOf(experts);
        }
    }

    /// `sigmoid(gate(x)) · expert(x)`
    ///
    /// @param gate one output; null for a factor of 1
    record Shared(Gated expert, LinearRef gate) {}
}
