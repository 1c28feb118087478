package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LayerSheet.Norms;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.Mlp;
import io.logprobe.engine.model.architecture.NormRef;
import java.util.List;
import java.util.stream.IntStream;

/// Granite-MoE: Granite with experts in every layer, the weights of the chosen ones divided by their sum.
final class GraniteMoe implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("granitemoe");
    }

    @Override
    public String variants() {
        return "Granite 3 1b-a400m and 3b-a800m; biases, every RoPE scaling";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(4096, "hidden_size");
        double epsilon = config.numberOr(1e-6, "rms_norm_eps");
        Heads heads = Heads.grouped(config, hidden, 32);
        Rope rope = Rope.full(config, heads.dim(), 10_000);
        double logitsScaling = config.numberOr(1, "logits_scaling");
        if (logitsScaling == 0) {
            throw config.invalid("logits_scaling", "must not be 0");
        }
        Experts experts = Experts.of(
                config,
                Shapes.experts(config, 8, "num_local_experts", "num_experts"),
                hidden,
                config.sizeOr(11_008, "intermediate_size"),
                Activations.of(config, "silu", "hidden_act"));
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(32_000, "vocab_size"), hidden, false);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 32, "num_hidden_layers"))
                .mapToObj(
                        i -> layer(config, tensors, model + "layers." + i + ".", hidden, heads, rope, experts, epsilon))
                .toList();
        return new Architecture(
                        "granitemoe",
                        hidden,
                        Embedding.of(tokens.embedding()).times(config.numberOr(1, "embedding_multiplier")),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output())
                                .times(1 / logitsScaling))
                .longFrom(rope.longFrom());
    }

    private static LayerSheet layer(
            ModelConfig config,
            Tensors tensors,
            String layer,
            int hidden,
            Heads heads,
            Rope rope,
            Experts experts,
            double epsilon) {
        boolean bias = config.flagOr(false, "attention_bias");
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(layer + "self_attn.", heads, hidden, bias),
                        LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), bias))
                .scale(config.numberOr(1, "attention_multiplier"))
                .rotation(rope.rotation())
                .build();
        String moe = layer + "block_sparse_moe.";
        boolean published = tensors.has(moe + "input_linear.weight");
        return LayerSheet.sequential(
                        attention,
                        Norms.before(NormRef.rms(layer + "input_layernorm", hidden, epsilon)),
                        new Mlp.Experts(
                                experts.router(moe + (published ? "router.layer" : "router")),
                                Experts.perToken(config, 2, experts.count()),
                                true,
                                published
                                        ? experts.fused(moe + "input_linear.weight", moe + "output_linear.weight")
                                        : experts.anyForm(tensors, moe + "experts."),
                                null),
                        Norms.before(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)))
                .residualFactor(config.numberOr(1, "residual_multiplier"));
    }
}
