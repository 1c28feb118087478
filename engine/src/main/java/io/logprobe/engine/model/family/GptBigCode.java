package io.logprobe.engine.model.family;

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
import java.util.List;
import java.util.stream.IntStream;

/// GPT-BigCode: GPT-2 with one key head for all queries, or with projections grouped by head.
final class GptBigCode implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("gpt_bigcode");
    }

    @Override
    public String variants() {
        return "SantaCoder, StarCoder; multi-query and multi-head attention";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "h.0.ln_1.weight", "transformer.", "");
        int hidden = config.sizeOr(768, "n_embd", "hidden_size");
        int positions = config.sizeOr(1024, "n_positions", "max_position_embeddings");
        double epsilon = config.numberOr(1e-5, "layer_norm_epsilon");
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "wte", "lm_head", config.sizeOr(50_257, "vocab_size"), hidden, true);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 12, "n_layer", "num_hidden_layers"))
                .mapToObj(i -> layer(config, model + "h." + i + ".", hidden, epsilon))
                .toList();
        return new Architecture(
                "gpt_bigcode",
                hidden,
                Embedding.of(tokens.embedding()).positioned(MatrixRef.of(model + "wpe.weight", positions, hidden), 0),
                layers,
                Head.of(NormRef.layer(model + "ln_f", hidden, epsilon), tokens.output()));
    }

    private static LayerSheet layer(ModelConfig config, String layer, int hidden, double epsilon) {
        int queries = config.sizeOr(12, "n_head", "num_attention_heads");
        int keys = config.flagOr(true, "multi_query") ? 1 : queries;
        Heads heads = new Heads(queries, keys, Shapes.headDim(config, hidden, queries));
        int inner = config.sizeOr(4 * hidden, "n_inner");
        LinearRef fused = LinearRef.of(layer + "attn.c_attn", QueryKeyValue.fusedWidth(heads), hidden, true);
        return LayerSheet.sequential(
                heads.attention(
                                QueryKeyValue.grouped(fused, heads),
                                LinearRef.of(layer + "attn.c_proj", hidden, hidden, true))
                        .scale(config.flagOr(true, "scale_attn_weights") ? 1 / Math.sqrt(heads.dim()) : 1)
                        .build(),
                Norms.before(NormRef.layer(layer + "ln_1", hidden, epsilon)),
                new Mlp.Plain(
                        LinearRef.of(layer + "mlp.c_fc", inner, hidden, true),
                        Activations.of(config, "gelu_pytorch_tanh", "activation_function"),
                        LinearRef.of(layer + "mlp.c_proj", hidden, inner, true)),
                Norms.before(NormRef.layer(layer + "ln_2", hidden, epsilon)));
    }
}
