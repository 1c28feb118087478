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

/// Cohere 2: Cohere with a window on three layers of four, and no positions on the others.
final class Cohere2 implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("cohere2");
    }

    @Override
    public String variants() {
        return "Command R7B and Command A, Aya Expanse of that form; any pattern of sliding layers";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(8192, "hidden_size");
        double epsilon = config.numberOr(1e-5, "layer_norm_eps");
        int queries = config.sizeOr(64, "num_attention_heads");
        Heads heads = Heads.checked(
                config,
                queries,
                config.sizeOr(queries, "num_key_value_heads"),
                Shapes.headDim(config, hidden, queries));
        Rope rope = Rope.full(config, heads.dim(), 10_000).neighbours();
        GatedMlp mlp = new GatedMlp(
                hidden,
                config.sizeOr(22_528, "intermediate_size"),
                false,
                Activations.of(config, "silu", "hidden_act"));
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(256_000, "vocab_size"), hidden, true);
        int pattern = config.sizeOr(4, "sliding_window_pattern");
        LayerTypes types = LayerTypes.of(
                config,
                Shapes.layers(config, 40, "num_hidden_layers"),
                config.isNull("sliding_window") ? null : config.sizeOr(4096, "sliding_window"),
                i -> (i + 1) % pattern != 0);
        List<LayerSheet> layers = IntStream.range(0, types.count())
                .mapToObj(i -> {
                    String layer = model + "layers." + i + ".";
                    Norms norm = Norms.before(NormRef.layer(layer + "input_layernorm", hidden, epsilon, false));
                    AttentionSheet attention = attention(config, layer + "self_attn.", hidden, heads)
                            .rotation((types.sliding(i) ? rope : Rope.NONE).rotation())
                            .window(types.window(i))
                            .build();
                    return LayerSheet.parallel(attention, norm, mlp.at(layer + "mlp."), norm);
                })
                .toList();
        return new Architecture(
                        "cohere2",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.layer(model + "norm", hidden, epsilon, false), tokens.output())
                                .times(config.numberOr(0.0625, "logit_scale")))
                .longFrom(rope.longFrom());
    }

    private static AttentionSheet.Builder attention(ModelConfig config, String attention, int hidden, Heads heads) {
        boolean bias = config.flagOr(false, "attention_bias");
        return heads.attention(
                QueryKeyValue.separate(attention, heads, hidden, bias),
                LinearRef.of(attention + "o_proj", hidden, heads.queryWidth(), bias));
    }
}
