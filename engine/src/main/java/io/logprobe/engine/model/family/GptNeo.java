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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// GPT-Neo: learned positions, unscaled scores, layers that alternate between all keys and a window.
final class GptNeo implements Family {

    private static final List<String> PAIR = List.of("global", "local");

    @Override
    public List<String> modelTypes() {
        return List.of("gpt_neo");
    }

    @Override
    public String variants() {
        return "GPT-Neo 125m to 2.7b, any order of global and local layers";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "h.0.ln_1.weight", "transformer.", "");
        int hidden = config.sizeOr(2048, "hidden_size");
        int positions = config.sizeOr(2048, "max_position_embeddings");
        double epsilon = config.numberOr(1e-5, "layer_norm_epsilon");
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "wte", "lm_head", config.sizeOr(50_257, "vocab_size"), hidden, true);
        List<String> types = attentionTypes(config, Shapes.layers(config, 24, "num_layers", "num_hidden_layers"));
        List<LayerSheet> layers = IntStream.range(0, types.size())
                .mapToObj(i -> layer(config, model + "h." + i + ".", types.get(i), hidden, epsilon))
                .toList();
        return new Architecture(
                "gpt_neo",
                hidden,
                Embedding.of(tokens.embedding()).positioned(MatrixRef.of(model + "wpe.weight", positions, hidden), 0),
                layers,
                Head.of(NormRef.layer(model + "ln_f", hidden, epsilon), tokens.output()));
    }

    private static LayerSheet layer(ModelConfig config, String layer, String type, int hidden, double epsilon) {
        Heads heads = Heads.equal(config, hidden, config.sizeOr(16, "num_heads", "num_attention_heads"));
        int inner = config.sizeOr(4 * hidden, "intermediate_size");
        String attention = layer + "attn.attention.";
        int window =
                switch (type) {
                    case "global" -> Integer.MAX_VALUE;
                    case "local" -> config.sizeOr(256, "window_size");
                    default -> throw config.unsupported("attention_types", "'" + type + "' is not supported");
                };
        return LayerSheet.sequential(
                heads.attention(
                                QueryKeyValue.separate(attention, heads, hidden, false),
                                LinearRef.of(attention + "out_proj", hidden, hidden, true))
                        .scale(1)
                        .window(window)
                        .build(),
                Norms.before(NormRef.layer(layer + "ln_1", hidden, epsilon)),
                new Mlp.Plain(
                        LinearRef.of(layer + "mlp.c_fc", inner, hidden, true),
                        Activations.of(config, "gelu_new", "activation_function"),
                        LinearRef.of(layer + "mlp.c_proj", hidden, inner, true)),
                Norms.before(NormRef.layer(layer + "ln_2", hidden, epsilon)));
    }

    /// `attention_layers` is what the runs of `attention_types`, `[[["global", "local"], 12]]`, amount to.
    private static List<String> attentionTypes(ModelConfig config, int layers) {
        List<String> types = new ArrayList<>();
        if (config.has("attention_types")) {
            for (ModelConfig.Run run : config.runs("attention_types")) {
                for (int i = 0; i < run.times() && types.size() <= layers; i++) {
                    types.addAll(run.values());
                }
            }
        } else if (!config.has("attention_layers")) {
            IntStream.range(0, 12).forEach(i -> types.addAll(PAIR));
        }
        if (config.has("attention_layers")) {
            List<String> expanded = config.texts("attention_layers");
            if (!types.isEmpty() && !types.equals(expanded)) {
                throw config.invalid("attention_layers", "contradicts attention_types");
            }
            types.addAll(types.isEmpty() ? expanded : List.of());
        }
        if (types.size() != layers) {
            throw config.invalid("attention_types", "are " + types.size() + " for " + layers + " layers");
        }
        return types;
    }
}
