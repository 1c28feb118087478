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

/// GPT-NeoX: fused projections grouped by head, part of each head rotated, attention and MLP side by side or in turn.
final class GptNeoX implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("gpt_neox");
    }

    @Override
    public String variants() {
        return "Pythia, GPT-NeoX 20b, Dolly, RedPajama; parallel and sequential residual, every RoPE scaling";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.input_layernorm.weight", "gpt_neox.", "");
        int hidden = config.sizeOr(6144, "hidden_size");
        double epsilon = config.numberOr(1e-5, "layer_norm_eps");
        Heads heads = Heads.equal(config, hidden, config.sizeOr(64, "num_attention_heads"));
        Rope rope = Rope.partial(
                config, heads.dim(), config.numberOr(10_000, "rotary_emb_base"), config.numberOr(0.25, "rotary_pct"));
        TokenMatrices tokens = TokenMatrices.of(
                config,
                tensors,
                model + "embed_in",
                tensors.has("lm_head.weight") ? "lm_head" : "embed_out",
                config.sizeOr(50_432, "vocab_size"),
                hidden,
                false);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 44, "num_hidden_layers"))
                .mapToObj(i -> layer(config, model + "layers." + i + ".", hidden, heads, rope, epsilon))
                .toList();
        return new Architecture(
                        "gpt_neox",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.layer(model + "final_layer_norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static LayerSheet layer(
            ModelConfig config, String layer, int hidden, Heads heads, Rope rope, double epsilon) {
        int inner = config.sizeOr(24_576, "intermediate_size");
        boolean bias = config.flagOr(true, "attention_bias");
        LinearRef fused = LinearRef.of(layer + "attention.query_key_value", 3 * hidden, hidden, bias);
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.grouped(fused, heads),
                        LinearRef.of(layer + "attention.dense", hidden, hidden, bias))
                .rotation(rope.rotation())
                .build();
        Mlp mlp = new Mlp.Plain(
                LinearRef.of(layer + "mlp.dense_h_to_4h", inner, hidden, true),
                Activations.of(config, "gelu", "hidden_act"),
                LinearRef.of(layer + "mlp.dense_4h_to_h", hidden, inner, true));
        Norms ofAttention = Norms.before(NormRef.layer(layer + "input_layernorm", hidden, epsilon));
        Norms ofMlp = Norms.before(NormRef.layer(layer + "post_attention_layernorm", hidden, epsilon));
        return config.flagOr(true, "use_parallel_residual")
                ? LayerSheet.parallel(attention, ofAttention, mlp, ofMlp)
                : LayerSheet.sequential(attention, ofAttention, mlp, ofMlp);
    }
}
