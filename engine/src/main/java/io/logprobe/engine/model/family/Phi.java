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

/// Phi 1 to 2: attention and MLP side by side behind one norm, part of each head rotated, biases everywhere.
final class Phi implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("phi");
    }

    @Override
    public String variants() {
        return "Phi 1, 1.5 and 2; norms on query and key, grouped heads";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.dense.weight", "model.", "");
        int hidden = config.sizeOr(2048, "hidden_size");
        double epsilon = config.numberOr(1e-5, "layer_norm_eps");
        Heads heads = Heads.grouped(config, hidden, 32);
        Rope rope = Rope.partial(config, heads.dim(), 10_000, 0.5);
        TokenMatrices tokens = TokenMatrices.of(
                        config,
                        tensors,
                        model + "embed_tokens",
                        "lm_head",
                        config.sizeOr(51_200, "vocab_size"),
                        hidden,
                        false)
                .bias("lm_head.bias");
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 24, "num_hidden_layers"))
                .mapToObj(i -> layer(config, model + "layers." + i + ".", hidden, heads, rope, epsilon))
                .toList();
        return new Architecture(
                        "phi",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.layer(model + "final_layernorm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static LayerSheet layer(
            ModelConfig config, String layer, int hidden, Heads heads, Rope rope, double epsilon) {
        int inner = config.sizeOr(8192, "intermediate_size");
        Norms norm = Norms.before(NormRef.layer(layer + "input_layernorm", hidden, epsilon));
        AttentionSheet.Builder attention = heads.attention(
                        QueryKeyValue.separate(layer + "self_attn.", heads, hidden, true),
                        LinearRef.of(layer + "self_attn.dense", hidden, heads.queryWidth(), true))
                .rotation(rope.rotation());
        if (config.flagOr(false, "qk_layernorm")) {
            attention.norms(
                    NormRef.layer(layer + "self_attn.q_layernorm", heads.dim(), epsilon),
                    NormRef.layer(layer + "self_attn.k_layernorm", heads.dim(), epsilon));
        }
        return LayerSheet.parallel(
                attention.build(),
                norm,
                new Mlp.Plain(
                        LinearRef.of(layer + "mlp.fc1", inner, hidden, true),
                        Activations.of(config, "gelu_new", "hidden_act"),
                        LinearRef.of(layer + "mlp.fc2", hidden, inner, true)),
                norm);
    }
}
