package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LayerSheet.Norms;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.NormRef;
import java.util.List;
import java.util.stream.IntStream;

/// SmolLM3: Llama whose every fourth layer has no positions.
final class SmolLm3 implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("smollm3");
    }

    @Override
    public String variants() {
        return "SmolLM3 3b; any choice of layers without positions, sliding window on them, biases";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(2048, "hidden_size");
        double epsilon = config.numberOr(1e-6, "rms_norm_eps");
        boolean bias = config.flagOr(false, "attention_bias");
        Heads heads = Heads.grouped(config, hidden, 16, 4);
        Rope rope = Rope.full(config, heads.dim(), 2_000_000);
        GatedMlp mlp = new GatedMlp(
                hidden,
                config.sizeOr(11_008, "intermediate_size"),
                config.flagOr(false, "mlp_bias"),
                Activations.of(config, "silu", "hidden_act"));
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(128_256, "vocab_size"), hidden, true);
        List<Boolean> rotated = rotated(config, Shapes.layers(config, 36, "num_hidden_layers"));
        boolean sliding = config.flagOr(false, "use_sliding_window") && config.has("sliding_window");
        LayerTypes types = LayerTypes.of(
                config,
                rotated.size(),
                sliding ? config.size("sliding_window") : null,
                i -> sliding && !rotated.get(i));
        List<LayerSheet> layers = IntStream.range(0, types.count())
                .mapToObj(i -> layer(
                        model + "layers." + i + ".",
                        hidden,
                        heads,
                        bias,
                        rotated.get(i) ? rope : Rope.NONE,
                        types.window(i),
                        mlp,
                        epsilon))
                .toList();
        return new Architecture(
                        "smollm3",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    /// `no_rope_layers` has 1 for the layers that do rotate.
    private static List<Boolean> rotated(ModelConfig config, int layers) {
        if (!config.has("no_rope_layers")) {
            int interval = config.sizeOr(4, "no_rope_layer_interval");
            return IntStream.range(0, layers)
                    .mapToObj(i -> (i + 1) % interval != 0)
                    .toList();
        }
        List<Integer> stated = config.integers("no_rope_layers");
        if (stated.size() != layers) {
            throw config.invalid("no_rope_layers", "has " + stated.size() + " entries for " + layers + " layers");
        }
        return stated.stream().map(rotates -> rotates != 0).toList();
    }

    private static LayerSheet layer(
            String layer, int hidden, Heads heads, boolean bias, Rope rope, int window, GatedMlp mlp, double epsilon) {
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(layer + "self_attn.", heads, hidden, bias),
                        LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), bias))
                .rotation(rope.rotation())
                .window(window)
                .build();
        return LayerSheet.sequential(
                attention,
                Norms.before(NormRef.rms(layer + "input_layernorm", hidden, epsilon)),
                mlp.at(layer + "mlp."),
                Norms.before(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)));
    }
}
