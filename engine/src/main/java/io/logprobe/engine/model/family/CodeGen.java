package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
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

/// CodeGen: GPT-J with one fused projection, cut into four parts that each hold queries, values and keys of their
/// heads.
final class CodeGen implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("codegen");
    }

    @Override
    public String variants() {
        return "CodeGen 350m to 16b, mono, multi and nl; CodeGen 2";
    }

    /// The number of cores that the first models were trained on.
    private static final int PARTS = 4;

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "h.0.ln_1.weight", "transformer.", "");
        int hidden = config.sizeOr(4096, "n_embd", "hidden_size");
        double epsilon = config.numberOr(1e-5, "layer_norm_epsilon");
        Heads heads = Heads.equal(config, hidden, config.sizeOr(16, "n_head", "num_attention_heads"));
        if (heads.query() % PARTS != 0) {
            throw config.invalid("n_head", "is " + heads.query() + ", not a multiple of " + PARTS);
        }
        if (config.isNull("rotary_dim")) {
            throw config.unsupported("rotary_dim", "null is not supported");
        }
        int rotated = config.sizeOr(64, "rotary_dim");
        if (rotated > heads.dim() || rotated % 2 != 0) {
            throw config.invalid("rotary_dim", "is " + rotated + " for heads of " + heads.dim() + " dimensions");
        }
        Rope rope = Rope.plain(rotated, 10_000).neighbours();
        TokenMatrices tokens = TokenMatrices.of(
                        config, tensors, model + "wte", "lm_head", config.sizeOr(50_400, "vocab_size"), hidden, false)
                .bias("lm_head.bias");
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 28, "n_layer", "num_hidden_layers"))
                .mapToObj(i -> layer(config, model + "h." + i + ".", hidden, heads, rope, epsilon))
                .toList();
        return new Architecture(
                "codegen",
                hidden,
                Embedding.of(tokens.embedding()),
                layers,
                Head.of(NormRef.layer(model + "ln_f", hidden, epsilon), tokens.output()));
    }

    private static LayerSheet layer(
            ModelConfig config, String layer, int hidden, Heads heads, Rope rope, double epsilon) {
        int inner = config.sizeOr(4 * hidden, "n_inner");
        int part = hidden / PARTS;
        LinearRef fused = LinearRef.of(layer + "attn.qkv_proj", 3 * hidden, hidden, false);
        Norms norm = Norms.before(NormRef.layer(layer + "ln_1", hidden, epsilon));
        return LayerSheet.parallel(
                heads.attention(
                                new QueryKeyValue(
                                        fused.select(RowSelection.every(0, part, 3 * part, PARTS)),
                                        fused.select(RowSelection.every(2 * part, part, 3 * part, PARTS)),
                                        fused.select(RowSelection.every(part, part, 3 * part, PARTS))),
                                LinearRef.of(layer + "attn.out_proj", hidden, hidden, false))
                        .rotation(rope.rotation())
                        .build(),
                norm,
                new Mlp.Plain(
                        LinearRef.of(layer + "mlp.fc_in", inner, hidden, true),
                        Activations.of(config, "gelu_new", "activation_function"),
                        LinearRef.of(layer + "mlp.fc_out", hidden, inner, true)),
                norm);
    }
}
