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
import io.logprobe.engine.model.architecture.PositionBias;
import java.util.List;
import java.util.stream.IntStream;

/// Falcon: three layouts of its fused projections, rotary positions or ALiBi, one norm or two.
final class Falcon implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("falcon");
    }

    @Override
    public String variants() {
        return "Falcon 7b (multi-query), 40b, 180b and 11b (grouped, one or two norms), rw (ALiBi)";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "h.0.self_attention.dense.weight", "transformer.", "");
        int hidden = config.sizeOr(4544, "n_embed", "hidden_size");
        double epsilon = config.numberOr(1e-5, "layer_norm_epsilon");
        Heads heads = heads(config, hidden);
        boolean alibi = config.flagOr(false, "alibi");
        PositionBias bias = alibi ? Alibi.falcon(heads.query(), heads.dim()) : null;
        Rope rope = alibi ? Rope.NONE : Rope.full(config, heads.dim(), 10_000);
        TokenMatrices tokens = TokenMatrices.of(
                config,
                tensors,
                model + "word_embeddings",
                "lm_head",
                config.sizeOr(65_024, "vocab_size"),
                hidden,
                true);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 32, "num_hidden_layers"))
                .mapToObj(i -> layer(config, model + "h." + i + ".", hidden, heads, rope, bias, epsilon))
                .toList();
        return new Architecture(
                        "falcon",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.layer(model + "ln_f", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    /// The new architecture has groups, the old one either a single key head or as many as query heads.
    private static Heads heads(ModelConfig config, int hidden) {
        int queries = config.sizeOr(71, "num_attention_heads");
        int dim = Shapes.headDim(config, hidden, queries);
        int keys = config.sizeOr(queries, "num_kv_heads");
        if (config.flagOr(false, "new_decoder_architecture")) {
            return Heads.checked(config, queries, keys, dim);
        }
        if (config.flagOr(true, "multi_query")) {
            return new Heads(queries, 1, dim);
        }
        if (keys != queries) {
            throw config.invalid("num_kv_heads", "is " + keys + ", but neither multi_query nor grouped heads are on");
        }
        return new Heads(queries, queries, dim);
    }

    private static LayerSheet layer(
            ModelConfig config, String layer, int hidden, Heads heads, Rope rope, PositionBias alibi, double epsilon) {
        int inner = config.sizeOr(4 * hidden, "ffn_hidden_size");
        boolean bias = config.flagOr(false, "bias");
        LinearRef fused =
                LinearRef.of(layer + "self_attention.query_key_value", QueryKeyValue.fusedWidth(heads), hidden, bias);
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.grouped(fused, heads),
                        LinearRef.of(layer + "self_attention.dense", hidden, hidden, bias))
                .rotation(rope.rotation())
                .positionBias(alibi)
                .build();
        Mlp mlp = new Mlp.Plain(
                LinearRef.of(layer + "mlp.dense_h_to_4h", inner, hidden, bias),
                Activations.of(config, "gelu", "activation"),
                LinearRef.of(layer + "mlp.dense_4h_to_h", hidden, inner, bias));
        NormRef input = NormRef.layer(layer + "input_layernorm", hidden, epsilon);
        if (!config.flagOr(true, "parallel_attn")) {
            if (config.flagOr(false, "new_decoder_architecture")) {
                throw config.unsupported("parallel_attn", "false is not supported with new_decoder_architecture");
            }
            NormRef second = NormRef.layer(layer + "post_attention_layernorm", hidden, epsilon);
            return LayerSheet.sequential(attention, Norms.before(input), mlp, Norms.before(second));
        }
        return switch (norms(config)) {
            case 1 -> LayerSheet.parallel(attention, Norms.before(input), mlp, Norms.before(input));
            case 2 ->
                LayerSheet.parallel(
                        attention,
                        Norms.before(NormRef.layer(layer + "ln_attn", hidden, epsilon)),
                        mlp,
                        Norms.before(NormRef.layer(layer + "ln_mlp", hidden, epsilon)));
            default -> throw config.unsupported("num_ln_in_parallel_attn", "must be 1 or 2");
        };
    }

    private static int norms(ModelConfig config) {
        boolean newArchitecture = config.flagOr(false, "new_decoder_architecture");
        int norms = config.sizeOr(newArchitecture ? 2 : 1, "num_ln_in_parallel_attn");
        if (norms == 2 && !newArchitecture) {
            throw config.unsupported("num_ln_in_parallel_attn", "2 needs new_decoder_architecture");
        }
        return norms;
    }
}
