package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LayerSheet.Norms;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.Mlp;
import io.logprobe.engine.model.architecture.NormRef;
import java.util.List;
import java.util.stream.IntStream;

/// Mixtral: Mistral whose MLPs are experts, the weights of the chosen ones divided by their sum.
final class Mixtral implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("mixtral");
    }

    @Override
    public String variants() {
        return "Mixtral 8x7b and 8x22b, with and without sliding window";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(4096, "hidden_size");
        double epsilon = config.numberOr(1e-5, "rms_norm_eps");
        Heads heads = Heads.grouped(config, hidden, 32, 8);
        Rope rope = Rope.full(config, heads.dim(), 1_000_000);
        Experts experts = Experts.of(
                config,
                Shapes.experts(config, 8, "num_local_experts", "num_experts"),
                hidden,
                config.sizeOr(14_336, "intermediate_size"),
                Activations.of(config, "silu", "hidden_act"));
        int perToken = Experts.perToken(config, 2, experts.count());
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(32_000, "vocab_size"), hidden, false);
        Integer window = config.has("sliding_window") ? config.size("sliding_window") : null;
        LayerTypes types = LayerTypes.uniform(config, Shapes.layers(config, 32, "num_hidden_layers"), window);
        List<LayerSheet> layers = IntStream.range(0, types.count())
                .mapToObj(i -> {
                    String layer = model + "layers." + i + ".";
                    Mlp mlp = mlp(tensors, layer, experts, perToken);
                    return layer(layer, hidden, heads, rope, types.window(i), mlp, epsilon);
                })
                .toList();
        return new Architecture(
                        "mixtral",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static LayerSheet layer(
            String layer, int hidden, Heads heads, Rope rope, int window, Mlp mlp, double epsilon) {
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(layer + "self_attn.", heads, hidden, false),
                        LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), false))
                .rotation(rope.rotation())
                .window(window)
                .build();
        return LayerSheet.sequential(
                attention,
                Norms.before(NormRef.rms(layer + "input_layernorm", hidden, epsilon)),
                mlp,
                Norms.before(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)));
    }

    /// Published checkpoints have a tensor for every expert; Transformers 5 may write all experts in one.
    private static Mlp mlp(Tensors tensors, String layer, Experts experts, int perToken) {
        String block = layer + "block_sparse_moe.";
        if (tensors.has(block + "gate.weight")) {
            return new Mlp.Experts(
                    experts.router(block + "gate"),
                    perToken,
                    true,
                    experts.separate(block + "experts.", "w1", "w3", "w2"),
                    null);
        }
        String mlp = layer + "mlp.";
        return new Mlp.Experts(
                experts.router(mlp + "gate"),
                perToken,
                true,
                experts.fused(mlp + "experts.gate_up_proj", mlp + "experts.down_proj"),
                null);
    }
}
