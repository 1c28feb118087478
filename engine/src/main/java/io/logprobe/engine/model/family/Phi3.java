package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LayerSheet.Norms;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.Mlp;
import io.logprobe.engine.model.architecture.NormRef;
import io.logprobe.engine.model.architecture.RowSelection;
import java.util.List;
import java.util.stream.IntStream;

/// Phi 3 and 4: Llama with fused projections, rotary frequencies that depend on the input's length, a sliding window.
final class Phi3 implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("phi3");
    }

    @Override
    public String variants() {
        return "Phi 3 mini and medium (4k, 128k by LongRoPE), Phi 3.5 mini, Phi 4 and Phi 4 mini; not Phi 3 small";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(3072, "hidden_size");
        double epsilon = config.numberOr(1e-5, "rms_norm_eps");
        Heads heads = Heads.grouped(config, hidden, 32);
        Rope rope = rope(config, heads);
        Integer window = config.has("sliding_window") ? config.size("sliding_window") : null;
        LayerTypes types = LayerTypes.uniform(config, Shapes.layers(config, 32, "num_hidden_layers"), window);
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(32_064, "vocab_size"), hidden, false);
        List<LayerSheet> layers = IntStream.range(0, types.count())
                .mapToObj(
                        i -> layer(config, model + "layers." + i + ".", hidden, heads, rope, types.window(i), epsilon))
                .toList();
        return new Architecture(
                        "phi3",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static Rope rope(ModelConfig config, Heads heads) {
        String type = config.rope("full_attention").text("rope_type");
        if (!List.of("default", "longrope", "su").contains(type)) {
            throw config.unsupported("rope_type", "'" + type + "' is not supported for phi3");
        }
        if (!type.equals("default") && !config.has("original_max_position_embeddings")) {
            throw config.invalid("original_max_position_embeddings", "is missing");
        }
        return Rope.partial(config, heads.dim(), 10_000, 1);
    }

    private static LayerSheet layer(
            ModelConfig config, String layer, int hidden, Heads heads, Rope rope, int window, double epsilon) {
        LinearRef fused = LinearRef.of(layer + "self_attn.qkv_proj", QueryKeyValue.fusedWidth(heads), hidden, false);
        int inner = config.sizeOr(8192, "intermediate_size");
        LinearRef gateUp = LinearRef.of(layer + "mlp.gate_up_proj", 2 * inner, hidden, false);
        return LayerSheet.sequential(
                heads.attention(
                                QueryKeyValue.consecutive(fused, heads),
                                LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), false))
                        .rotation(rope.rotation())
                        .window(window)
                        .build(),
                Norms.before(NormRef.rms(layer + "input_layernorm", hidden, epsilon)),
                new Mlp.Gated(
                        gateUp.select(RowSelection.run(0, inner)),
                        gateUp.select(RowSelection.run(inner, inner)),
                        Activations.of(config, "silu", "hidden_act"),
                        LinearRef.of(layer + "mlp.down_proj", hidden, inner, false)),
                Norms.before(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)));
    }
}
