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
import io.logprobe.engine.model.architecture.RowSelection;
import java.util.List;
import java.util.stream.IntStream;

/// GLM 4: Llama with fused gate and up projections and neighbouring dimensions rotated in part of each head; the later
/// releases have norms on the sublayers' outputs, too.
final class Glm implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("glm", "glm4");
    }

    @Override
    public String variants() {
        return "GLM 4 9b and Edge (glm), GLM 4 9b and 32b of April 2025 (glm4); every RoPE scaling";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(4096, "hidden_size");
        double epsilon = config.numberOr(1.5625e-7, "rms_norm_eps");
        Heads heads = Heads.ofWidth(config, 32, 2, 128);
        Rope rope = Rope.partial(config, heads.dim(), 10_000, 0.5).neighbours();
        TokenMatrices tokens = TokenMatrices.of(
                config,
                tensors,
                model + "embed_tokens",
                "lm_head",
                config.sizeOr(151_552, "vocab_size"),
                hidden,
                false);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 40, "num_hidden_layers"))
                .mapToObj(i -> layer(config, model + "layers." + i + ".", hidden, heads, rope, epsilon))
                .toList();
        return new Architecture(
                        config.modelType(),
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static LayerSheet layer(
            ModelConfig config, String layer, int hidden, Heads heads, Rope rope, double epsilon) {
        boolean bias = config.flagOr(true, "attention_bias");
        int inner = config.sizeOr(13_696, "intermediate_size");
        LinearRef gateUp = LinearRef.of(layer + "mlp.gate_up_proj", 2 * inner, hidden, false);
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(layer + "self_attn.", heads, hidden, bias),
                        LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), false))
                .rotation(rope.rotation())
                .build();
        Mlp mlp = new Mlp.Gated(
                gateUp.select(RowSelection.run(0, inner)),
                gateUp.select(RowSelection.run(inner, inner)),
                Activations.of(config, "silu", "hidden_act"),
                LinearRef.of(layer + "mlp.down_proj", hidden, inner, false));
        boolean onOutput = config.modelType().equals("glm4");
        return LayerSheet.sequential(
                attention,
                Norms.around(
                        NormRef.rms(layer + "input_layernorm", hidden, epsilon),
                        onOutput ? NormRef.rms(layer + "post_self_attn_layernorm", hidden, epsilon) : null),
                mlp,
                Norms.around(
                        NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon),
                        onOutput ? NormRef.rms(layer + "post_mlp_layernorm", hidden, epsilon) : null));
    }
}
