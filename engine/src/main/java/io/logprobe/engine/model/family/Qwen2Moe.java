package io.logprobe.engine.model.family;

import io.logprobe.engine.backend.Activation;
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

/// Qwen2-MoE: Qwen2 with experts in some layers, and beside them an expert for every token behind a sigmoid gate.
final class Qwen2Moe implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("qwen2_moe");
    }

    @Override
    public String variants() {
        return "Qwen 1.5 MoE and Qwen2 MoE: shared expert, dense layers in between, window on every second layer";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(2048, "hidden_size");
        double epsilon = config.numberOr(1e-6, "rms_norm_eps");
        boolean bias = config.flagOr(true, "qkv_bias");
        Heads heads = Heads.grouped(config, hidden, 16, 16);
        Rope rope = Rope.full(config, heads.dim(), 10_000);
        TokenMatrices tokens = TokenMatrices.of(
                config,
                tensors,
                model + "embed_tokens",
                "lm_head",
                config.sizeOr(151_936, "vocab_size"),
                hidden,
                false);
        LayerTypes types = windows(config, Shapes.layers(config, 24, "num_hidden_layers"));
        SparseLayers sparse = SparseLayers.of(config, 60);
        List<LayerSheet> layers = IntStream.range(0, types.count())
                .mapToObj(i -> {
                    String layer = model + "layers." + i + ".";
                    Mlp mlp = mlp(config, tensors, layer + "mlp.", hidden, sparse, i);
                    return layer(layer, hidden, heads, bias, rope, types.window(i), mlp, epsilon);
                })
                .toList();
        return new Architecture(
                        "qwen2_moe",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    /// Unlike Qwen2, every second layer below `max_window_layers` slides.
    private static LayerTypes windows(ModelConfig config, int layers) {
        boolean used = config.flagOr(false, "use_sliding_window");
        int end = config.integerOr(28, "max_window_layers");
        return LayerTypes.of(
                config,
                layers,
                used ? config.sizeOr(4096, "sliding_window") : null,
                i -> used && i % 2 == 0 && i < end);
    }

    private static LayerSheet layer(
            String layer, int hidden, Heads heads, boolean bias, Rope rope, int window, Mlp mlp, double epsilon) {
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(layer + "self_attn.", heads, hidden, bias),
                        LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), false))
                .rotation(rope.rotation())
                .window(window)
                .build();
        return LayerSheet.sequential(
                attention,
                Norms.before(NormRef.rms(layer + "input_layernorm", hidden, epsilon)),
                mlp,
                Norms.before(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)));
    }

    private static Mlp mlp(
            ModelConfig config, Tensors tensors, String mlp, int hidden, SparseLayers sparse, int layer) {
        Activation activation = Activations.of(config, "silu", "hidden_act");
        if (!sparse.at(layer)) {
            return new GatedMlp(hidden, config.sizeOr(5632, "intermediate_size"), false, activation).at(mlp);
        }
        Experts experts =
                Experts.of(config, sparse.experts(), hidden, config.sizeOr(1408, "moe_intermediate_size"), activation);
        GatedMlp shared =
                new GatedMlp(hidden, config.sizeOr(5632, "shared_expert_intermediate_size"), false, activation);
        return new Mlp.Experts(
                experts.router(mlp + "gate"),
                Experts.perToken(config, 4, experts.count()),
                config.flagOr(false, "norm_topk_prob"),
                experts.anyForm(tensors, mlp + "experts."),
                new Mlp.Shared(
                        shared.at(mlp + "shared_expert."), LinearRef.of(mlp + "shared_expert_gate", 1, hidden, false)));
    }
}
