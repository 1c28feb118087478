package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.NormRef;
import java.util.List;
import java.util.stream.IntStream;

/// OLMo 3: OLMo 2 with a window on three layers of four, whose frequencies are never scaled.
final class Olmo3 implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("olmo3");
    }

    @Override
    public String variants() {
        return "OLMo 3 7b and 32b; any pattern of sliding layers, biases, every RoPE scaling";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String model = Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", "");
        int hidden = config.sizeOr(4096, "hidden_size");
        double epsilon = config.numberOr(1e-5, "rms_norm_eps");
        boolean bias = config.flagOr(false, "attention_bias");
        Heads heads = Heads.grouped(config, hidden, 32);
        Rope rope = Rope.full(config, "full_attention", heads.dim(), 500_000);
        Rope local = Rope.full(config, "sliding_attention", heads.dim(), 500_000);
        if (rope.longFrom() != local.longFrom()) {
            throw config.unsupported(
                    "rope_scaling", "that depends on the length of the input is not supported for olmo3");
        }
        GatedMlp mlp = new GatedMlp(
                hidden,
                config.sizeOr(11_008, "intermediate_size"),
                false,
                Activations.of(config, "silu", "hidden_act"));
        LayerTypes types = LayerTypes.of(
                config,
                Shapes.layers(config, 32, "num_hidden_layers"),
                config.isNull("sliding_window") ? null : config.sizeOr(4096, "sliding_window"),
                i -> (i + 1) % 4 != 0);
        TokenMatrices tokens = TokenMatrices.of(
                config, tensors, model + "embed_tokens", "lm_head", config.sizeOr(50_304, "vocab_size"), hidden, false);
        List<LayerSheet> layers = IntStream.range(0, types.count())
                .mapToObj(i -> Olmo2.layer(
                        model + "layers." + i + ".",
                        hidden,
                        heads,
                        bias,
                        types.sliding(i) ? local : rope,
                        types.window(i),
                        mlp,
                        epsilon))
                .toList();
        return new Architecture(
                        "olmo3",
                        hidden,
                        Embedding.of(tokens.embedding()),
                        layers,
                        Head.of(NormRef.rms(model + "norm", hidden, epsilon), tokens.output()))
                .longFrom(rope.longFrom());
    }
}
