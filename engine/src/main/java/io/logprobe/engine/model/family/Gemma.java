package io.logprobe.engine.model.family;

import io.logprobe.engine.backend.Activation;
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

/// Gemma: embeddings scaled by √hidden, norm weights stored less one, gated MLP with the tanh form of GELU.
final class Gemma implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("gemma");
    }

    @Override
    public String variants() {
        return "Gemma 2b and 7b, CodeGemma";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(3072, "hidden_size");
        double epsilon = config.numberOr(1e-6, "rms_norm_eps");
        boolean bias = config.flagOr(false, "attention_bias");
        refuseBidirectional(config);
        Heads heads = Heads.ofWidth(config, 16, 16, 256);
        Rope rope = Rope.full(config, heads.dim(), 10_000);
        GatedMlp mlp = new GatedMlp(hidden, config.sizeOr(24_576, "intermediate_size"), false, activation(config));
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(256_000, "vocab_size"), hidden, true);
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 28, "num_hidden_layers"))
                .mapToObj(i -> layer(model + "layers." + i + ".", hidden, heads, bias, rope, mlp, epsilon))
                .toList();
        return new Architecture(
                        "gemma",
                        hidden,
                        Embedding.of(tokens.embedding()).times(Math.sqrt(hidden)),
                        layers,
                        Head.of(NormRef.rmsPlusOne(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }

    /// The first releases say `gelu` and mean its tanh form; `hidden_activation` came later and says so.
    private static Activation activation(ModelConfig config) {
        Activation stated = Activations.of(config, "gelu_pytorch_tanh", "hidden_act");
        Activation meant = stated == Activation.GELU ? Activation.GELU_TANH : stated;
        if (config.has("hidden_activation") && Activations.of(config, "", "hidden_activation") != meant) {
            throw config.invalid("hidden_activation", "contradicts hidden_act");
        }
        return meant;
    }

    /// Models for embeddings attend in both directions: they have no log-likelihood from left to right.
    static void refuseBidirectional(ModelConfig config) {
        if (config.flagOr(false, "use_bidirectional_attention")) {
            throw config.unsupported("use_bidirectional_attention", "is not supported");
        }
    }

    private static LayerSheet layer(
            String layer, int hidden, Heads heads, boolean bias, Rope rope, GatedMlp mlp, double epsilon) {
        AttentionSheet attention = heads.attention(
                        QueryKeyValue.separate(layer + "self_attn.", heads, hidden, bias),
                        LinearRef.of(layer + "self_attn.o_proj", hidden, heads.queryWidth(), bias))
                .rotation(rope.rotation())
                .build();
        return LayerSheet.sequential(
                attention,
                Norms.before(NormRef.rmsPlusOne(layer + "input_layernorm", hidden, epsilon)),
                mlp.at(layer + "mlp."),
                Norms.before(NormRef.rmsPlusOne(layer + "post_attention_layernorm", hidden, epsilon)));
    }
}
