package io.logprobe.engine.model.family;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.MatrixRef;
import io.logprobe.engine.model.architecture.Mlp;
import io.logprobe.engine.model.architecture.RowSelection;
import java.util.List;
import java.util.stream.IntStream;

/// The experts of one layer, which a checkpoint keeps as three tensors each or all in two.
record Experts(int count, int hidden, int intermediate, Activation activation) {

    static Experts of(ModelConfig config, int count, int hidden, int intermediate, Activation activation) {
        if (2L * count * Math.max(hidden, intermediate) > Integer.MAX_VALUE) {
            throw config.invalid("num_experts", "is " + count + ", too many of this size");
        }
        return new Experts(count, hidden, intermediate, activation);
    }

    /// Number of experts that each token is sent to.
    static int perToken(ModelConfig config, int fallback, int count) {
        int perToken = config.sizeOr(fallback, "num_experts_per_tok");
        if (perToken > count) {
            throw config.invalid("num_experts_per_tok", "is " + perToken + ", but there are " + count + " experts");
        }
        return perToken;
    }

    LinearRef router(String name) {
        return LinearRef.of(name, count, hidden, false);
    }

    /// Tensors `prefix0.gate.weight` and so on.
    List<Mlp.Gated> separate(String prefix, String gate, String up, String down) {
        return IntStream.range(0, count)
                .mapToObj(expert -> {
                    String name = prefix + expert + ".";
                    return new Mlp.Gated(
                            LinearRef.of(name + gate, intermediate, hidden, false),
                            LinearRef.of(name + up, intermediate, hidden, false),
                            activation,
                            LinearRef.of(name + down, hidden, intermediate, false));
                })
                .toList();
    }

    /// Either form, under the names of Qwen.
    List<Mlp.Gated> anyForm(Tensors tensors, String prefix) {
        return tensors.has(prefix + "gate_up_proj")
                ? fused(prefix + "gate_up_proj", prefix + "down_proj")
                : separate(prefix, "gate_proj", "up_proj", "down_proj");
    }

    /// Tensors `[experts, gate and up, hidden]` and `[experts, hidden, intermediate]`.
    List<Mlp.Gated> fused(String gateUp, String down) {
        MatrixRef in = MatrixRef.of(gateUp, count * 2 * intermediate, hidden);
        MatrixRef out = MatrixRef.of(down, count * hidden, intermediate);
        return IntStream.range(0, count)
                .mapToObj(expert -> {
                    int first = expert * 2 * intermediate;
                    return new Mlp.Gated(
                            part(in, first, intermediate),
                            part(in, first + intermediate, intermediate),
                            activation,
                            part(out, expert * hidden, hidden));
                })
                .toList();
    }

    private static LinearRef part(MatrixRef matrix, int first, int count) {
        return new LinearRef(matrix.select(RowSelection.run(first, count)), null);
    }
}
