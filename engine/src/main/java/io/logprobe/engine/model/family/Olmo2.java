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

/// OLMo 2: norms on the outputs of the sublayers and on the whole of queries and keys.
final class Olmo2 implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("olmo2");
    }

    @Override
    public String variants() {
        return "OLMo 2 1b to 32b; biases, every RoPE scaling";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(4096, "hidden_size");
        double epsilon = config.numberOr(1e-5, "rms_norm_eps");
        boolean bias = config.flagOr(false, "attention_bias");
        Heads heads = Heads.grouped(config, hidden, 32);
        Rope rope = Rope.full(config, heads.dim(), 10_000);
        GatedMlp mlp = new GatedMlp(
                hidden,
                config.sizeOr(11_008, "intermediate_size"),
                false,
                Activations.of(config, "silu", "hidden_act"));
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(50_304, "vocab_size"), hidden, false);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 32, "num_hidden_layers"))
                .mapToObj(i ->
                        layer(model + "layers." + i + ".", hidden, heads, bias, rope, Integer.MAX_VALUE, mlp, epsilon))
                .toList();
        return new Architecture(
                        "olmo2",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    static LayerSheet layer(
            String layer, int hidden, Heads heads, boolean bias, Rope rope, int window, GatedMlp mlp, double epsilon) {
        String names = layer + "self_attn.";
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(names, heads, hidden, bias),
                        LinearRef.of(names + "o_proj", hidden, heads.queryWidth(), bias))
                .norms(
                        NormRef.rms(names + "q_norm", heads.queryWidth(), epsilon),
                        NormRef.rms(names + "k_norm", heads.keyWidth(), epsilon))
                .rotation(rope.rotation())
                .window(window)
                .build();
        return LayerSheet.sequential(
                attention,
                Norms.onOutput(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)),
                mlp.at(layer + "mlp."),
                Norms.onOutput(NormRef.rms(layer + "post_feedforward_layernorm", hidden, epsilon)));
    }
}
