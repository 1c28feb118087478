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

/// Seed-OSS: Llama with biases on query, key and value, and heads of a width of their own.
final class SeedOss implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("seed_oss");
    }

    @Override
    public String variants() {
        return "Seed-OSS 36b; biases, every RoPE scaling";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(4096, "hidden_size");
        double epsilon = config.numberOr(1e-6, "rms_norm_eps");
        Heads heads = Heads.ofWidth(config, 80, 8, 128);
        Rope rope = Rope.full(config, heads.dim(), 10_000);
        GatedMlp mlp = new GatedMlp(
                hidden,
                config.sizeOr(27_648, "intermediate_size"),
                config.flagOr(false, "mlp_bias"),
                Activations.of(config, "silu", "hidden_act"));
        TokenMatrices tokens = TokenMatrices.of(
                config,
                tensors,
                model + "embed_tokens",
                "lm_head",
                config.sizeOr(155_136, "vocab_size"),
                hidden,
                false);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 64, "num_hidden_layers"))
                .mapToObj(i -> layer(config, model + "layers." + i + ".", hidden, heads, rope, mlp, epsilon))
                .toList();
        return new Architecture(
                        "seed_oss",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static LayerSheet layer(
            ModelConfig config, String layer, int hidden, Heads heads, Rope rope, GatedMlp mlp, double epsilon) {
        boolean bias = config.flagOr(true, "attention_bias");
        boolean outputBias = config.flagOr(false, "attention_out_bias");
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(layer + "self_attn.", heads, hidden, bias),
                        LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), outputBias))
                .rotation(rope.rotation())
                .build();
        return LayerSheet.sequential(
                attention,
                Norms.before(NormRef.rms(layer + "input_layernorm", hidden, epsilon)),
                mlp.at(layer + "mlp."),
                Norms.before(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)));
    }
}
