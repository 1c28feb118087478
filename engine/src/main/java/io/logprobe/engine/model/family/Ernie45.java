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

/// Ernie 4.5: Llama with neighbouring dimensions rotated, and biases everywhere or nowhere.
final class Ernie45 implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("ernie4_5");
    }

    @Override
    public String variants() {
        return "Ernie 4.5 0.3b, dense; biases, every RoPE scaling";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(1024, "hidden_size");
        double epsilon = config.numberOr(1e-5, "rms_norm_eps");
        boolean bias = config.flagOr(false, "use_bias");
        Heads heads = Heads.ofWidth(config, 16, 2, 128);
        Rope rope = Rope.full(config, heads.dim(), 500_000).neighbours();
        GatedMlp mlp = new GatedMlp(
                hidden, config.sizeOr(3072, "intermediate_size"), bias, Activations.of(config, "silu", "hidden_act"));
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(103_424, "vocab_size"), hidden, true);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 18, "num_hidden_layers"))
                .mapToObj(i -> layer(model + "layers." + i + ".", hidden, heads, bias, rope, mlp, epsilon))
                .toList();
        return new Architecture(
                        "ernie4_5",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static LayerSheet layer(
            String layer, int hidden, Heads heads, boolean bias, Rope rope, GatedMlp mlp, double epsilon) {
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(layer + "self_attn.", heads, hidden, bias),
                        LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), bias))
                .rotation(rope.rotation())
                .build();
        return LayerSheet.sequential(
                attention,
                Norms.before(NormRef.rms(layer + "input_layernorm", hidden, epsilon)),
                mlp.at(layer + "mlp."),
                Norms.before(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)));
    }
}
