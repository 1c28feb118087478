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
import java.util.List;
import java.util.stream.IntStream;

/// StarCoder2: LayerNorm, rotary positions, grouped heads, plain MLP, sliding window.
final class Starcoder2 implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("starcoder2");
    }

    @Override
    public String variants() {
        return "StarCoder2 3b, 7b and 15b, with and without biases and sliding window";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(3072, "hidden_size");
        double epsilon = config.numberOr(1e-5, "norm_epsilon");
        refuse(config);
        Heads heads = Heads.grouped(config, hidden, 24, 2);
        Rope rope = Rope.full(config, heads.dim(), 10_000);
        Integer window = config.has("sliding_window") ? config.size("sliding_window") : null;
        LayerTypes types = LayerTypes.uniform(config, Shapes.layers(config, 30, "num_hidden_layers"), window);
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(49_152, "vocab_size"), hidden, true);
        List<LayerSheet> layers = IntStream.range(0, types.count())
                .mapToObj(
                        i -> layer(config, model + "layers." + i + ".", hidden, heads, rope, types.window(i), epsilon))
                .toList();
        return new Architecture(
                        "starcoder2",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.layer(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static LayerSheet layer(
            ModelConfig config, String layer, int hidden, Heads heads, Rope rope, int window, double epsilon) {
        int inner = config.sizeOr(12_288, "intermediate_size");
        boolean bias = config.flagOr(true, "use_bias");
        return LayerSheet.sequential(
                heads.attention(
                                QueryKeyValue.separate(layer + "self_attn.", heads, hidden, bias),
                                LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), bias))
                        .rotation(rope.rotation())
                        .window(window)
                        .build(),
                Norms.before(NormRef.layer(layer + "input_layernorm", hidden, epsilon)),
                new Mlp.Plain(
                        LinearRef.of(layer + "mlp.c_fc", inner, hidden, bias),
                        Activations.of(config, "gelu_pytorch_tanh", "hidden_act"),
                        LinearRef.of(layer + "mlp.c_proj", hidden, inner, bias)),
                Norms.before(NormRef.layer(layer + "post_attention_layernorm", hidden, epsilon)));
    }

    /// Options that were planned and never came.
    private static void refuse(ModelConfig config) {
        if (!config.textOr("layer_norm", "norm_type").equals("layer_norm")) {
            throw config.unsupported("norm_type", "'" + config.text("norm_type") + "' is not supported");
        }
        if (!config.textOr("default", "mlp_type").equals("default")) {
            throw config.unsupported("mlp_type", "'" + config.text("mlp_type") + "' is not supported");
        }
    }
}
