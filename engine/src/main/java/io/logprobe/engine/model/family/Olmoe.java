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

/// OLMoE: Llama with norms on the whole query and key projections, and experts in every layer.
final class Olmoe implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("olmoe");
    }

    @Override
    public String variants() {
        return "OLMoE 1b-7b; biases, every RoPE scaling; not clipped projections";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(2048, "hidden_size");
        double epsilon = config.numberOr(1e-5, "rms_norm_eps");
        if (config.has("clip_qkv")) {
            throw config.unsupported("clip_qkv", "is not supported for olmoe");
        }
        Heads heads = Heads.grouped(config, hidden, 16);
        Rope rope = Rope.full(config, heads.dim(), 10_000);
        Experts experts = Experts.of(
                config,
                Shapes.experts(config, 64, "num_experts", "num_local_experts"),
                hidden,
                config.sizeOr(2048, "intermediate_size"),
                Activations.of(config, "silu", "hidden_act"));
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(50_304, "vocab_size"), hidden, false);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 16, "num_hidden_layers"))
                .mapToObj(
                        i -> layer(config, tensors, model + "layers." + i + ".", hidden, heads, rope, experts, epsilon))
                .toList();
        return new Architecture(
                        "olmoe",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
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
        String names = layer + "self_attn.";
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(names, heads, hidden, bias),
                        LinearRef.of(names + "o_proj", hidden, heads.queryWidth(), bias))
                .norms(
                        NormRef.rms(names + "q_norm", heads.queryWidth(), epsilon),
                        NormRef.rms(names + "k_norm", heads.keyWidth(), epsilon))
                .rotation(rope.rotation())
                .build();
        return LayerSheet.sequential(
                attention,
                Norms.before(NormRef.rms(layer + "input_layernorm", hidden, epsilon)),
                new Mlp.Experts(
                        experts.router(layer + "mlp.gate"),
                        Experts.perToken(config, 8, experts.count()),
                        config.flagOr(false, "norm_topk_prob"),
                        experts.anyForm(tensors, layer + "mlp.experts."),
                        null),
                Norms.before(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)));
    }
}
