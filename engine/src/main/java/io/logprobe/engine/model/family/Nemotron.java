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

/// Nemotron: LayerNorm whose weights are stored less one, part of each head rotated, plain MLP with squared ReLU.
final class Nemotron implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("nemotron");
    }

    @Override
    public String variants() {
        return "Nemotron 3 8b, Nemotron 4 15b and 340b, Minitron 4b and 8b; biases, every RoPE scaling";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(6144, "hidden_size");
        double epsilon = config.numberOr(1e-5, "norm_eps");
        Heads heads = Heads.grouped(config, hidden, 48);
        Rope rope = Rope.partial(config, heads.dim(), 10_000, 0.5);
        TokenMatrices tokens = TokenMatrices.of(
                config,
                tensors,
                model + "embed_tokens",
                "lm_head",
                config.sizeOr(256_000, "vocab_size"),
                hidden,
                false);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 32, "num_hidden_layers"))
                .mapToObj(i -> layer(config, model + "layers." + i + ".", hidden, heads, rope, epsilon))
                .toList();
        return new Architecture(
                        "nemotron",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.layerPlusOne(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static LayerSheet layer(
            ModelConfig config, String layer, int hidden, Heads heads, Rope rope, double epsilon) {
        int inner = config.sizeOr(24_576, "intermediate_size");
        boolean attentionBias = config.flagOr(false, "attention_bias");
        boolean mlpBias = config.flagOr(false, "mlp_bias");
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(layer + "self_attn.", heads, hidden, attentionBias),
                        LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), attentionBias))
                .rotation(rope.rotation())
                .build();
        return LayerSheet.sequential(
                attention,
                Norms.before(NormRef.layerPlusOne(layer + "input_layernorm", hidden, epsilon)),
                new Mlp.Plain(
                        LinearRef.of(layer + "mlp.up_proj", inner, hidden, mlpBias),
                        Activations.of(config, "relu2", "hidden_act"),
                        LinearRef.of(layer + "mlp.down_proj", hidden, inner, mlpBias)),
                Norms.before(NormRef.layerPlusOne(layer + "post_attention_layernorm", hidden, epsilon)));
    }
}
