package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.AttentionSheet;
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

/// GPT-2: learned positions, fused projections stored with their inputs first.
final class Gpt2 implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("gpt2");
    }

    @Override
    public String variants() {
        return "GPT-2 and models of its form (DistilGPT2, DialoGPT, Cerebras-GPT), scores scaled by layer";
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
                .mapToObj(i -> layer(config, model + "h." + i + ".", i, hidden, epsilon))
                .toList();
        return new Architecture(
                "gpt2",
                hidden,
                Embedding.of(tokens.embedding()).positioned(MatrixRef.of(model + "wpe.weight", positions, hidden), 0),
                layers,
                Head.of(NormRef.layer(model + "ln_f", hidden, epsilon), tokens.output()));
    }

    private static LayerSheet layer(ModelConfig config, String layer, int index, int hidden, double epsilon) {
        Heads heads = Heads.equal(config, hidden, config.sizeOr(12, "n_head", "num_attention_heads"));
        int inner = config.sizeOr(4 * hidden, "n_inner");
        double scale = config.flagOr(true, "scale_attn_weights") ? 1 / Math.sqrt(heads.dim()) : 1;
        LinearRef fused =
                LinearRef.of(layer + "attn.c_attn", 3 * hidden, hidden, true).inputsFirst();
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.consecutive(fused, heads),
                        LinearRef.of(layer + "attn.c_proj", hidden, hidden, true)
                                .inputsFirst())
                .scale(config.flagOr(false, "scale_attn_by_inverse_layer_idx") ? scale / (index + 1) : scale)
                .build();
        Mlp mlp = new Mlp.Plain(
                LinearRef.of(layer + "mlp.c_fc", inner, hidden, true).inputsFirst(),
                Activations.of(config, "gelu_new", "activation_function"),
                LinearRef.of(layer + "mlp.c_proj", hidden, inner, true).inputsFirst());
        return LayerSheet.sequential(
                attention,
                Norms.before(NormRef.layer(layer + "ln_1", hidden, epsilon)),
                mlp,
                Norms.before(NormRef.layer(layer + "ln_2", hidden, epsilon)));
    }
}
