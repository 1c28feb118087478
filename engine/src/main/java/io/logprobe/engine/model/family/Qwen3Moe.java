package io.logprobe.engine.model.family;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LayerSheet.Norms;
import io.logprobe.engine.model.architecture.Mlp;
import io.logprobe.engine.model.architecture.NormRef;
import java.util.List;
import java.util.stream.IntStream;

/// Qwen3-MoE: Qwen3 with experts in some layers.
final class Qwen3Moe implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("qwen3_moe");
    }

    @Override
    public String variants() {
        return "Qwen3 MoE 30b-a3b and 235b-a22b: dense layers in between, with and without sliding window";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(2048, "hidden_size");
        double epsilon = config.numberOr(1e-6, "rms_norm_eps");
        boolean bias = config.flagOr(false, "attention_bias");
        Heads heads = Heads.grouped(config, hidden, 32, 4);
        Rope rope = Rope.full(config, heads.dim(), 10_000);
        TokenMatrices tokens = TokenMatrices.of(
                config,
                tensors,
                model + "embed_tokens",
                "lm_head",
                config.sizeOr(151_936, "vocab_size"),
                hidden,
                false);
        boolean sliding = config.flagOr(false, "use_sliding_window") && !config.isNull("sliding_window");
        LayerTypes types = LayerTypes.uniform(
                config,
                Shapes.layers(config, 24, "num_hidden_layers"),
                sliding ? config.sizeOr(4096, "sliding_window") : null);
        SparseLayers sparse = SparseLayers.of(config, 128);
        List<LayerSheet> layers = IntStream.range(0, types.count())
                .mapToObj(i -> {
                    String layer = model + "layers." + i + ".";
                    return LayerSheet.sequential(
                            Qwen3.attention(layer + "self_attn.", hidden, heads, bias, rope, types.window(i), epsilon),
                            Norms.before(NormRef.rms(layer + "input_layernorm", hidden, epsilon)),
                            mlp(config, tensors, layer + "mlp.", hidden, sparse, i),
                            Norms.before(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)));
                })
                .toList();
        return new Architecture(
                        "qwen3_moe",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static Mlp mlp(
            ModelConfig config, Tensors tensors, String mlp, int hidden, SparseLayers sparse, int layer) {
        Activation activation = Activations.of(config, "silu", "hidden_act");
        if (!sparse.at(layer)) {
            return new GatedMlp(hidden, config.sizeOr(6144, "intermediate_size"), false, activation).at(mlp);
        }
        Experts experts =
                Experts.of(config, sparse.experts(), hidden, config.sizeOr(768, "moe_intermediate_size"), activation);
        return new Mlp.Experts(
                experts.router(mlp + "gate"),
                Experts.perToken(config, 8, experts.count()),
                config.flagOr(false, "norm_topk_prob"),
                experts.anyForm(tensors, mlp + "experts."),
                null);
    }
}
