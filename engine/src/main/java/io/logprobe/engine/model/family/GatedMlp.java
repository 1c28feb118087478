package io.logprobe.engine.model.family;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.Mlp;

/// The gated MLP under the names that Llama gave its tensors: `gate_proj`, `up_proj`, `down_proj`.
record GatedMlp(int hidden, int intermediate, boolean bias, Activation activation) {

    Mlp.Gated at(String mlp) {
        return new Mlp.Gated(
                LinearRef.of(mlp + "gate_proj", intermediate, hidden, bias),
                LinearRef.of(mlp + "up_proj", intermediate, hidden, bias),
                activation,
                LinearRef.of(mlp + "down_proj", hidden, intermediate, bias));
    }
}
