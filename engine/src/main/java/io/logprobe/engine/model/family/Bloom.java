package io.logprobe.engine.model.family;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LayerSheet.Norms;
import io.logprobe.engine.model.architecture.LayerSheet.Residual;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.Mlp;
import io.logprobe.engine.model.architecture.NormRef;
import io.logprobe.engine.model.architecture.PositionBias;
import java.util.List;
import java.util.stream.IntStream;

/// BLOOM: ALiBi, a norm on the embeddings, fused projections grouped by head, residuals before or after the norms.
final class Bloom implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("bloom");
    }

    @Override
    public String variants() {
        return "BLOOM and BLOOMZ 560m to 176b; residual before or after the norms";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "h.0.input_layernorm.weight", "transformer.", "");
        int hidden = config.sizeOr(64, "n_embed", "hidden_size");
        double epsilon = config.numberOr(1e-5, "layer_norm_epsilon");
        Heads heads = Heads.equal(config, hidden, config.sizeOr(8, "n_head", "num_attention_heads"));
        if (config.flagOr(false, "slow_but_exact") && config.integerOr(1, "pretraining_tp") > 1) {
            throw config.unsupported("slow_but_exact", "is not supported");
        }
        PositionBias alibi = Alibi.bloom(heads.query());
        TokenMatrices tokens = TokenMatrices.of(
                config,
                tensors,
                model + "word_embeddings",
                "lm_head",
                config.sizeOr(250_880, "vocab_size"),
                hidden,
                true);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 2, "n_layer", "num_hidden_layers"))
                .mapToObj(i -> layer(config, model + "h." + i + ".", hidden, heads, alibi, epsilon))
                .toList();
        return new Architecture(
                "bloom",
                hidden,
                Embedding.of(tokens.embedding())
                        .normed(NormRef.layer(model + "word_embeddings_layernorm", hidden, epsilon)),
                layers,
                Head.of(NormRef.layer(model + "ln_f", hidden, epsilon), tokens.output()));
    }

    private static LayerSheet layer(
            ModelConfig config, String layer, int hidden, Heads heads, PositionBias alibi, double epsilon) {
        LinearRef fused = LinearRef.of(layer + "self_attention.query_key_value", 3 * hidden, hidden, true);
        return LayerSheet.sequential(
                        heads.attention(
                                        QueryKeyValue.grouped(fused, heads),
                                        LinearRef.of(layer + "self_attention.dense", hidden, hidden, true))
                                .positionBias(alibi)
                                .build(),
                        Norms.before(NormRef.layer(layer + "input_layernorm", hidden, epsilon)),
                        new Mlp.Plain(
                                LinearRef.of(layer + "mlp.dense_h_to_4h", 4 * hidden, hidden, true),
                                Activation.GELU_TANH,
                                LinearRef.of(layer + "mlp.dense_4h_to_h", hidden, 4 * hidden, true)),
                        Norms.before(NormRef.layer(layer + "post_attention_layernorm", hidden, epsilon)))
                .residual(
                        config.flagOr(false, "apply_residual_connection_post_layernorm")
                                ? Residual.NORMED
                                : Residual.INPUT);
    }
}
