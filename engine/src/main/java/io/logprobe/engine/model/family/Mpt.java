package io.logprobe.engine.model.family;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LayerSheet.Norms;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.MatrixRef;
import io.logprobe.engine.model.architecture.Mlp;
import io.logprobe.engine.model.architecture.NormRef;
import io.logprobe.engine.model.architecture.PositionBias;
import java.util.List;
import java.util.stream.IntStream;

/// MPT: ALiBi or learned positions; linear layers and norms mostly without bias.
///
/// As in Transformers, `alibi_bias_max` and `expansion_ratio` do not count: slopes are those of 8, and the width of the
/// MLP is that of its tensors.
final class Mpt implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("mpt");
    }

    @Override
    public String variants() {
        return "MPT 7b and 30b: ALiBi or learned positions, clipped projections, biases; not prefix LM, qk_ln, "
                + "multi-query";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "blocks.0.norm_1.weight", "transformer.", "");
        int hidden = config.sizeOr(2048, "d_model", "hidden_size");
        double epsilon = config.numberOr(1e-5, "layer_norm_epsilon");
        Heads heads = Heads.equal(config, hidden, config.sizeOr(16, "n_heads", "num_attention_heads"));
        ModelConfig attention = config.objectOrEmpty("attn_config");
        refuse(config, attention);
        boolean learned = tensors.has(model + "wpe.weight");
        if (learned == attention.flagOr(true, "alibi")) {
            throw attention.invalid("alibi", "is " + learned + (learned ? " with" : " without") + " learned positions");
        }
        boolean bias = tensors.has(model + "blocks.0.attn.Wqkv.bias");
        int inner = tensors.rows(model + "blocks.0.ffn.up_proj.weight");
        PositionBias alibi = learned ? null : Alibi.mpt(heads.query());
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "wte", "lm_head", config.sizeOr(50_368, "vocab_size"), hidden, true);
        Embedding embedding = Embedding.of(tokens.embedding());
        int positions = config.sizeOr(2048, "max_seq_len");
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 24, "n_layers", "num_hidden_layers"))
                .mapToObj(i -> layer(config, model + "blocks." + i + ".", hidden, inner, heads, bias, alibi, epsilon))
                .toList();
        return new Architecture(
                "mpt",
                hidden,
                learned ? embedding.positioned(MatrixRef.of(model + "wpe.weight", positions, hidden), 0) : embedding,
                layers,
                Head.of(NormRef.layer(model + "norm_f", hidden, epsilon, bias), tokens.output()));
    }

    private static LayerSheet layer(
            ModelConfig config,
            String layer,
            int hidden,
            int inner,
            Heads heads,
            boolean bias,
            PositionBias alibi,
            double epsilon) {
        ModelConfig attention = config.objectOrEmpty("attn_config");
        LinearRef fused = LinearRef.of(layer + "attn.Wqkv", 3 * hidden, hidden, bias);
        return LayerSheet.sequential(
                heads.attention(
                                QueryKeyValue.consecutive(fused, heads),
                                LinearRef.of(layer + "attn.out_proj", hidden, hidden, bias))
                        .scale(attention.numberOr(1 / Math.sqrt(heads.dim()), "softmax_scale"))
                        .clip(attention.numberOr(0, "clip_qkv"))
                        .positionBias(alibi)
                        .build(),
                Norms.before(NormRef.layer(layer + "norm_1", hidden, epsilon, bias)),
                new Mlp.Plain(
                        LinearRef.of(layer + "ffn.up_proj", inner, hidden, bias),
                        Activation.GELU,
                        LinearRef.of(layer + "ffn.down_proj", hidden, inner, bias)),
                Norms.before(NormRef.layer(layer + "norm_2", hidden, epsilon, bias)));
    }

    /// Options of MPT's first implementation that Transformers reads and ignores.
    private static void refuse(ModelConfig config, ModelConfig attention) {
        for (String option : List.of("qk_ln", "prefix_lm")) {
            if (attention.flagOr(false, option)) {
                throw attention.unsupported(option, "is not supported");
            }
        }
        String type = attention.textOr("multihead_attention", "attn_type");
        if (!type.equals("multihead_attention")) {
            throw attention.unsupported("attn_type", "'" + type + "' is not supported");
        }
        if (config.has("logit_scale")) {
            throw config.unsupported("logit_scale", "is not supported");
        }
        String norm = config.textOr("low_precision_layernorm", "norm_type");
        if (!norm.endsWith("layernorm")) {
            throw config.unsupported("norm_type", "'" + norm + "' is not supported");
        }
    }
}
