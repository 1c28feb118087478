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

/// Gemma 2: Gemma with norms on both sides of the sublayers, soft caps on scores and logits, a window on every second
/// layer.
final class Gemma2 implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("gemma2");
    }

    @Override
    public String variants() {
        return "Gemma 2 2b, 9b and 27b; soft caps applied on scores and logits";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(2304, "hidden_size");
        double epsilon = config.numberOr(1e-6, "rms_norm_eps");
        Gemma.refuseBidirectional(config);
        Heads heads = Heads.ofWidth(config, 8, 4, 256);
        Rope rope = Rope.full(config, heads.dim(), 10_000);
        GatedMlp mlp = new GatedMlp(
                hidden,
                config.sizeOr(9216, "intermediate_size"),
                false,
                Activations.of(config, "gelu_pytorch_tanh", "hidden_activation"));
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(256_000, "vocab_size"), hidden, true);
        LayerTypes types = LayerTypes.of(
                config,
                Shapes.layers(config, 26, "num_hidden_layers"),
                config.isNull("sliding_window") ? null : config.sizeOr(4096, "sliding_window"),
                i -> i % 2 == 0);
        List<LayerSheet> layers = IntStream.range(0, types.count())
                .mapToObj(i -> {
                    String layer = model + "layers." + i + ".";
                    AttentionSheet attention =
                            attention(config, layer + "self_attn.", hidden, heads, rope, types.window(i));
                    return layer(layer, hidden, attention, mlp, epsilon);
                })
                .toList();
        return new Architecture(
                        "gemma2",
                        hidden,
                        Embedding.of(tokens.embedding()).times(Math.sqrt(hidden)),
                        layers,
                        Head.of(NormRef.rmsPlusOne(model + "norm", hidden, epsilon), tokens.output())
                                .softcap(cap(config, 30, "final_logit_softcapping")))
                .longFrom(rope.longFrom());
    }

    private static AttentionSheet attention(
            ModelConfig config, String attention, int hidden, Heads heads, Rope rope, int window) {
        boolean bias = config.flagOr(false, "attention_bias");
        return heads.attention(
                        QueryKeyValue.separate(attention, heads, hidden, bias),
                        LinearRef.of(attention + "o_proj", hidden, heads.queryWidth(), bias))
                .scale(1 / Math.sqrt(config.numberOr(256, "query_pre_attn_scalar")))
                .softcap(cap(config, 50, "attn_logit_softcapping"))
                .rotation(rope.rotation())
                .window(window)
                .build();
    }

    /// Sublayers between two norms each, as in Gemma 3.
    static LayerSheet layer(String layer, int hidden, AttentionSheet attention, GatedMlp mlp, double epsilon) {
        return LayerSheet.sequential(
                attention,
                Norms.around(
                        NormRef.rmsPlusOne(layer + "input_layernorm", hidden, epsilon),
                        NormRef.rmsPlusOne(layer + "post_attention_layernorm", hidden, epsilon)),
                mlp.at(layer + "mlp."),
                Norms.around(
                        NormRef.rmsPlusOne(layer + "pre_feedforward_layernorm", hidden, epsilon),
                        NormRef.rmsPlusOne(layer + "post_feedforward_layernorm", hidden, epsilon)));
    }

    /// A cap that `null` switches off.
    static double cap(ModelConfig config, double fallback, String name) {
        double cap = config.isNull(name) ? 0 : config.numberOr(fallback, name);
        if (cap < 0 || (cap == 0 && config.has(name))) {
            throw config.invalid(name, "must be positive, not " + cap);
        }
        return cap;
    }
}
