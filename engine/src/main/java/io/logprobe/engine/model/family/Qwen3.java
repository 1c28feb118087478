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

/// Qwen3: Llama with a norm on every query and key head, and a window on its upper layers where that is switched on.
final class Qwen3 implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("qwen3");
    }

    @Override
    public String variants() {
        return "Qwen3 0.6b to 32b, with and without sliding window and biases; every RoPE scaling";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(4096, "hidden_size");
        double epsilon = config.numberOr(1e-6, "rms_norm_eps");
        boolean bias = config.flagOr(false, "attention_bias");
        Heads heads = Heads.ofWidth(config, 32, 32, 128);
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
        LayerTypes types = Qwen2.windows(config, Shapes.layers(config, 32, "num_hidden_layers"));
        List<LayerSheet> layers = IntStream.range(0, types.count())
                .mapToObj(i -> {
                    String layer = model + "layers." + i + ".";
                    return LayerSheet.sequential(
                            attention(layer + "self_attn.", hidden, heads, bias, rope, types.window(i), epsilon),
                            Norms.before(NormRef.rms(layer + "input_layernorm", hidden, epsilon)),
                            mlp.at(layer + "mlp."),
                            Norms.before(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)));
                })
                .toList();
        return new Architecture(
                        "qwen3",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    static AttentionSheet attention(
            String attention, int hidden, Heads heads, boolean bias, Rope rope, int window, double epsilon) {
        return heads.attention(
                        QueryKeyValue.separate(attention, heads, hidden, bias),
                        LinearRef.of(attention + "o_proj", hidden, heads.queryWidth(), bias))
                .norms(
                        NormRef.rms(attention + "q_norm", heads.dim(), epsilon),
                        NormRef.rms(attention + "k_norm", heads.dim(), epsilon))
                .rotation(rope.rotation())
                .window(window)
                .build();
    }
}
