package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LayerSheet.Norms;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.Mlp;
import io.logprobe.engine.model.architecture.NormRef;
import java.util.List;
import java.util.stream.IntStream;

/// Arcee: Llama with a plain MLP and squared ReLU.
final class Arcee implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("arcee");
    }

    @Override
    public String variants() {
        return "AFM 4.5b; biases, every RoPE scaling";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(2560, "hidden_size");
        double epsilon = config.numberOr(1e-5, "rms_norm_eps");
        Heads heads = Heads.grouped(config, hidden, 32);
        Rope rope = Rope.full(config, heads.dim(), 10_000);
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(32_000, "vocab_size"), hidden, false);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 32, "num_hidden_layers"))
                .mapToObj(i -> layer(config, model + "layers." + i + ".", hidden, heads, rope, epsilon))
                .toList();
        return new Architecture(
                        "arcee",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    private static LayerSheet layer(
            ModelConfig config, String layer, int hidden, Heads heads, Rope rope, double epsilon) {
        boolean bias = config.flagOr(false, "attention_bias");
        boolean mlpBias = config.flagOr(false, "mlp_bias");
        int inner = config.sizeOr(18_432, "intermediate_size");
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(layer + "self_attn.", heads, hidden, bias),
                        LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), bias))
                .rotation(rope.rotation())
                .build();
        return LayerSheet.sequential(
                attention,
                Norms.before(NormRef.rms(layer + "input_layernorm", hidden, epsilon)),
                new Mlp.Plain(
                        LinearRef.of(layer + "mlp.up_proj", inner, hidden, mlpBias),
                        Activations.of(config, "relu2", "hidden_act"),
                        LinearRef.of(layer + "mlp.down_proj", hidden, inner, mlpBias)),
                Norms.before(NormRef.rms(layer + "post_attention_layernorm", hidden, epsilon)));
    }
}
