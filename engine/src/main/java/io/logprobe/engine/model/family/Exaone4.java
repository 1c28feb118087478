package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LayerSheet.Norms;
import io.logprobe.engine.model.architecture.NormRef;
import java.util.List;
import java.util.stream.IntStream;

/// EXAONE 4: norms on the sublayers' outputs and on every query and key head; where some layers have a window, the
/// others have no positions.
final class Exaone4 implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("exaone4");
    }

    @Override
    public String variants() {
        return "EXAONE 4 1.2b and 32b; any pattern of sliding layers, every RoPE scaling";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(4096, "hidden_size");
        double epsilon = config.numberOr(1e-5, "rms_norm_eps");
        Heads heads = Heads.grouped(config, hidden, 32, 32);
        Rope rope = Rope.full(config, heads.dim(), 10_000);
        GatedMlp mlp = new GatedMlp(
                hidden,
                config.sizeOr(16_384, "intermediate_size"),
                false,
                Activations.of(config, "silu", "hidden_act"));
        Integer window = config.isNull("sliding_window") ? null : config.sizeOr(4096, "sliding_window");
        int pattern = config.has("layer_types") ? 1 : config.sizeOr(4, "sliding_window_pattern");
        LayerTypes types = LayerTypes.of(
                config,
                Shapes.layers(config, 32, "num_hidden_layers"),
                window,
                i -> window != null && (i + 1) % pattern != 0);
        TokenMatrices tokens = TokenMatrices.of(
                config,
                tensors,
                model + "embed_tokens",
                "lm_head",
                config.sizeOr(102_400, "vocab_size"),
                hidden,
                false);
        List<LayerSheet> layers = IntStream.range(0, types.count())
                .mapToObj(i -> layer(
                        model + "layers." + i + ".",
                        hidden,
                        heads,
                        window == null || types.sliding(i) ? rope : Rope.NONE,
                        types.window(i),
                        mlp,
                        epsilon))
                .toList();
        return new Architecture(
                        "exaone4",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static LayerSheet layer(
            String layer, int hidden, Heads heads, Rope rope, int window, GatedMlp mlp, double epsilon) {
        return LayerSheet.sequential(
                Qwen3.attention(layer + "self_attn.", hidden, heads, false, rope, window, epsilon),
                Norms.onOutput(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)),
                mlp.at(layer + "mlp."),
                Norms.onOutput(NormRef.rms(layer + "post_feedforward_layernorm", hidden, epsilon)));
    }
}
