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

/// StableLM: Llama with LayerNorm and part of each head rotated; norms of their own for every head, and attention and
/// MLP side by side, in the largest.
final class StableLm implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("stablelm");
    }

    @Override
    public String variants() {
        return "StableLM 3b-4e1t, Zephyr 3b, StableLM 2 1.6b and 12b; biases, norms per head, parallel residual";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(2560, "hidden_size");
        double epsilon = config.numberOr(1e-5, "layer_norm_eps");
        int queries = config.sizeOr(32, "num_attention_heads");
        Heads heads = Heads.checked(
                config, queries, config.sizeOr(32, "num_key_value_heads"), Shapes.headDim(config, hidden, queries));
        Rope rope = Rope.partial(config, heads.dim(), 10_000, 0.25);
        GatedMlp mlp = new GatedMlp(
                hidden, config.sizeOr(6912, "intermediate_size"), false, Activations.of(config, "silu", "hidden_act"));
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(50_304, "vocab_size"), hidden, false);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 32, "num_hidden_layers"))
                .mapToObj(i -> layer(config, model + "layers." + i + ".", hidden, heads, rope, mlp, epsilon))
                .toList();
        return new Architecture(
                        "stablelm",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.layer(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static LayerSheet layer(
            ModelConfig config, String layer, int hidden, Heads heads, Rope rope, GatedMlp mlp, double epsilon) {
        AttentionSheet.Builder attention = heads.attention(
                        QueryKeyValue.separate(
                                layer + "self_attn.", heads, hidden, config.flagOr(false, "use_qkv_bias")),
                        LinearRef.of(layer + "self_attn.o_proj", hidden, hidden, false))
                .rotation(rope.rotation());
        if (config.flagOr(false, "qk_layernorm")) {
            attention.norms(
                    perHead(layer + "self_attn.q_layernorm.norms.", heads.query(), heads.dim(), epsilon),
                    perHead(layer + "self_attn.k_layernorm.norms.", heads.key(), heads.dim(), epsilon));
        }
        Norms first = Norms.before(NormRef.layer(layer + "input_layernorm", hidden, epsilon));
        if (config.flagOr(false, "use_parallel_residual")) {
            return LayerSheet.parallel(attention.build(), first, mlp.at(layer + "mlp."), first);
        }
        Norms second = Norms.before(NormRef.layer(layer + "post_attention_layernorm", hidden, epsilon));
        return LayerSheet.sequential(attention.build(), first, mlp.at(layer + "mlp."), second);
    }

    private static NormRef perHead(String norms, int heads, int dim, double epsilon) {
        List<VectorRef> weights = IntStream.range(0, heads)
                .mapToObj(head -> VectorRef.of(norms + head + ".weight", dim))
                .toList();
        return new NormRef(Norm.Kind.LAYER, dim, weights, List.of(), (float) epsilon);
    }
}
