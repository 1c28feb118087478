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

/// Qwen2: Llama with biases on query, key and value, and a window on its upper layers where that is switched on.
final class Qwen2 implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("qwen2");
    }

    @Override
    public String variants() {
        return "Qwen 1.5, 2 and 2.5, with and without sliding window; every RoPE scaling but mrope";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(4096, "hidden_size");
        double epsilon = config.numberOr(1e-6, "rms_norm_eps");
        Heads heads = Heads.grouped(config, hidden, 32, 32);
        Rope rope = Rope.full(config, heads.dim(), 10_000);
        GatedMlp mlp = new GatedMlp(
                hidden,
                config.sizeOr(22_016, "intermediate_size"),
                false,
                Activations.of(config, "silu", "hidden_act"));
        TokenMatrices tokens = TokenMatrices.of(
                config,
                tensors,
                model + "embed_tokens",
                "lm_head",
                config.sizeOr(151_936, "vocab_size"),
                hidden,
                false);
        LayerTypes types = windows(config, Shapes.layers(config, 32, "num_hidden_layers"));
        List<LayerSheet> layers = IntStream.range(0, types.count())
                .mapToObj(i -> layer(model + "layers." + i + ".", hidden, heads, rope, types.window(i), mlp, epsilon))
                .toList();
        return new Architecture(
                        "qwen2",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    /// The window counts only where `use_sliding_window` says so, and then from layer `max_window_layers` on.
    static LayerTypes windows(ModelConfig config, int layers) {
        boolean used = config.flagOr(false, "use_sliding_window") && !config.isNull("sliding_window");
        int first = config.integerOr(28, "max_window_layers");
        return LayerTypes.of(
                config, layers, used ? config.sizeOr(4096, "sliding_window") : null, i -> used && i >= first);
    }

    private static LayerSheet layer(
            String layer, int hidden, Heads heads, Rope rope, int window, GatedMlp mlp, double epsilon) {
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(layer + "self_attn.", heads, hidden, true),
                        LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), false))
                .rotation(rope.rotation())
                .window(window)
                .build();
        return LayerSheet.sequential(
                attention,
                Norms.before(NormRef.rms(layer + "input_layernorm", hidden, epsilon)),
                mlp.at(layer + "mlp."),
                Norms.before(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)));
    }
}
