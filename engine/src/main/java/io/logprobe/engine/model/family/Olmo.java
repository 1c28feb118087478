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

/// OLMo: Llama with LayerNorm that has no parameters, and clipped projections.
final class Olmo implements Family {

    private static final double EPSILON = 1e-5;

    @Override
    public List<String> modelTypes() {
        return List.of("olmo");
    }

    @Override
    public String variants() {
        return "OLMo 1b and 7b; clipped projections, biases, every RoPE scaling";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(4096, "hidden_size");
        Heads heads = Heads.grouped(config, hidden, 32);
        Rope rope = Rope.full(config, heads.dim(), 10_000);
        GatedMlp mlp = new GatedMlp(
                hidden,
                config.sizeOr(11_008, "intermediate_size"),
                false,
                Activations.of(config, "silu", "hidden_act"));
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(50_304, "vocab_size"), hidden, false);
        NormRef norm = NormRef.plainLayer(hidden, EPSILON);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 32, "num_hidden_layers"))
                .mapToObj(i -> {
                    String layer = model + "layers." + i + ".";
                    AttentionSheet attention = attention(config, layer + "self_attn.", hidden, heads, rope);
                    return LayerSheet.sequential(
                            attention, Norms.before(norm), mlp.at(layer + "mlp."), Norms.before(norm));
                })
                .toList();
        return new Architecture(
                        "olmo", hidden, Embedding.of(tokens.embedding()), layers, Head.of(norm, tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static AttentionSheet attention(ModelConfig config, String attention, int hidden, Heads heads, Rope rope) {
        boolean bias = config.flagOr(false, "attention_bias");
        double clip = config.numberOr(0, "clip_qkv");
        if (clip < 0 || (clip == 0 && config.has("clip_qkv"))) {
            throw config.invalid("clip_qkv", "must be positive, not " + clip);
        }
        return heads.attention(
                        QueryKeyValue.separate(attention, heads, hidden, bias),
                        LinearRef.of(attention + "o_proj", hidden, heads.queryWidth(), bias))
                .clip(clip)
                .rotation(rope.rotation())
                .build();
    }
}
