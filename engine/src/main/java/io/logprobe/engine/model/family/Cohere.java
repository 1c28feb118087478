package io.logprobe.engine.model.family;

import io.logprobe.engine.backend.Norm;
import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LayerSheet.Norms;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.NormRef;
import io.logprobe.engine.model.architecture.VectorRef;
import java.util.List;
import java.util.stream.IntStream;

/// Cohere: attention and MLP side by side behind one LayerNorm without bias, neighbouring dimensions rotated, scaled
/// logits.
final class Cohere implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("cohere");
    }

    @Override
    public String variants() {
        return "Command R and R+, Aya 23; norms per head on query and key";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(8192, "hidden_size");
        double epsilon = config.numberOr(1e-5, "layer_norm_eps");
        Heads heads = Heads.grouped(config, hidden, 64);
        Rope rope = Rope.full(config, heads.dim(), 500_000).neighbours();
        GatedMlp mlp = new GatedMlp(
                hidden,
                config.sizeOr(22_528, "intermediate_size"),
                false,
                Activations.of(config, "silu", "hidden_act"));
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(256_000, "vocab_size"), hidden, true);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 40, "num_hidden_layers"))
                .mapToObj(i -> {
                    String layer = model + "layers." + i + ".";
                    Norms norm = Norms.before(NormRef.layer(layer + "input_layernorm", hidden, epsilon, false));
                    AttentionSheet attention = attention(config, layer + "self_attn.", hidden, heads, rope, epsilon);
                    return LayerSheet.parallel(attention, norm, mlp.at(layer + "mlp."), norm);
                })
                .toList();
        return new Architecture(
                        "cohere",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.layer(model + "norm", hidden, epsilon, false), tokens.output())
                                .times(config.numberOr(0.0625, "logit_scale")))
                .longFrom(rope.longFrom());
    }

    private static AttentionSheet attention(
            ModelConfig config, String attention, int hidden, Heads heads, Rope rope, double epsilon) {
        boolean bias = config.flagOr(false, "attention_bias");
        AttentionSheet.Builder sheet = heads.attention(
                        QueryKeyValue.separate(attention, heads, hidden, bias),
                        LinearRef.of(attention + "o_proj", hidden, heads.queryWidth(), bias))
                .rotation(rope.rotation());
        if (config.flagOr(false, "use_qk_norm")) {
            sheet.norms(
                    perHead(attention + "q_norm.weight", heads.queryWidth(), heads.dim(), epsilon),
                    perHead(attention + "k_norm.weight", heads.keyWidth(), heads.dim(), epsilon));
        }
        return sheet.build();
    }

    /// A tensor `[heads, dim]`.
    private static NormRef perHead(String tensor, int width, int dim, double epsilon) {
        return new NormRef(Norm.Kind.LAYER, dim, List.of(VectorRef.of(tensor, width)), List.of(), (float) epsilon);
    }
}
