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

/// Helium: Llama with neighbouring dimensions rotated.
final class Helium implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("helium");
    }

    @Override
    public String variants() {
        return "Helium 1 2b; biases, every RoPE scaling";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(2560, "hidden_size");
        double epsilon = config.numberOr(1e-8, "rms_norm_eps");
        Heads heads = Heads.ofWidth(config, 20, 20, 128);
        Rope rope = Rope.full(config, heads.dim(), 100_000).neighbours();
        GatedMlp mlp = new GatedMlp(
                hidden,
                config.sizeOr(7040, "intermediate_size"),
                config.flagOr(false, "mlp_bias"),
                Activations.of(config, "silu", "hidden_act"));
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(48_000, "vocab_size"), hidden, false);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 24, "num_hidden_layers"))
                .mapToObj(i -> layer(config, model + "layers." + i + ".", hidden, heads, rope, mlp, epsilon))
                .toList();
        return new Architecture(
                        "helium",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static LayerSheet layer(
            ModelConfig config, String layer, int hidden, Heads heads, Rope rope, GatedMlp mlp, double epsilon) {
        boolean bias = config.flagOr(false, "attention_bias");
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(layer + "self_attn.", heads, hidden, bias),
                        LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), false))
                .rotation(rope.rotation())
                .build();
        return LayerSheet.sequential(
                attention,
                Norms.before(NormRef.rms(layer + "input_layernorm", hidden, epsilon)),
                mlp.at(layer + "mlp."),
                Norms.before(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)));
    }
}
