package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.NormRef;
import java.util.List;
import java.util.stream.IntStream;

/// Gemma 3: Gemma 2 with a norm on every query and key head instead of the cap on scores, and rotary frequencies that
/// depend on whether a layer slides.
final class Gemma3 implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("gemma3_text", "gemma3");
    }

    @Override
    public String variants() {
        return "Gemma 3 270m to 27b, text only; any pattern of sliding layers";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        return config.modelType().equals("gemma3")
                ? text(
                        config,
                        config.objectOrEmpty("text_config"),
                        tensors,
                        Prefixes.of(
                                tensors,
                                "layers.0.self_attn.o_proj.weight",
                                "language_model.model.",
                                "model.language_model."))
                : text(config, config, tensors, Prefixes.of(tensors, "layers.0.self_attn.o_proj.weight", "model.", ""));
    }

    /// @param whole config of the model, images included
    /// @param config config of its text part
    private static Architecture text(ModelConfig whole, ModelConfig config, Tensors tensors, String model) {
        int hidden = config.sizeOr(2304, "hidden_size");
        double epsilon = config.numberOr(1e-6, "rms_norm_eps");
        refuse(config);
        Heads heads = Heads.ofWidth(config, 8, 4, 256);
        Rope global = Rope.full(config, "full_attention", heads.dim(), 1_000_000);
        Rope local = Rope.full(config, "sliding_attention", heads.dim(), 10_000);
        GatedMlp mlp = new GatedMlp(
                hidden,
                config.sizeOr(9216, "intermediate_size"),
                false,
                Activations.of(config, "gelu_pytorch_tanh", "hidden_activation"));
        String head = tensors.has("language_model.lm_head.weight") ? "language_model.lm_head" : "lm_head";
        TokenMatrices tokens = TokenMatrices.of(
                whole, tensors, model + "embed_tokens", head, config.sizeOr(262_208, "vocab_size"), hidden, true);
        int pattern = config.sizeOr(6, "sliding_window_pattern");
        LayerTypes types = LayerTypes.of(
                config,
                Shapes.layers(config, 26, "num_hidden_layers"),
                config.isNull("sliding_window") ? null : config.sizeOr(4096, "sliding_window"),
                i -> (i + 1) % pattern != 0);
        List<LayerSheet> layers = IntStream.range(0, types.count())
                .mapToObj(i -> {
                    String layer = model + "layers." + i + ".";
                    AttentionSheet attention = attention(config, layer + "self_attn.", hidden, heads, epsilon)
                            .rotation((types.sliding(i) ? local : global).rotation())
                            .window(types.window(i))
                            .build();
                    return Gemma2.layer(layer, hidden, attention, mlp, epsilon);
                })
                .toList();
        return new Architecture(
                        whole.modelType(),
                        hidden,
                        Embedding.of(tokens.embedding()).times(Math.sqrt(hidden)),
                        layers,
                        Head.of(NormRef.rmsPlusOne(model + "norm", hidden, epsilon), tokens.output())
                                .softcap(Gemma2.cap(config, 0, "final_logit_softcapping")))
                .longFrom(Math.min(global.longFrom(), local.longFrom()));
    }

    private static AttentionSheet.Builder attention(
            ModelConfig config, String attention, int hidden, Heads heads, double epsilon) {
        boolean bias = config.flagOr(false, "attention_bias");
        return heads.attention(
                        QueryKeyValue.separate(attention, heads, hidden, bias),
                        LinearRef.of(attention + "o_proj", hidden, heads.queryWidth(), bias))
                .scale(1 / Math.sqrt(config.numberOr(256, "query_pre_attn_scalar")))
                .norms(
                        NormRef.rmsPlusOne(attention + "q_norm", heads.dim(), epsilon),
                        NormRef.rmsPlusOne(attention + "k_norm", heads.dim(), epsilon));
    }

    private static void refuse(ModelConfig config) {
        Gemma.refuseBidirectional(config);
        if (config.has("attn_logit_softcapping")) {
            throw config.unsupported("attn_logit_softcapping", "is not supported for gemma3_text");
        }
        if (config.object("rope_parameters")
                .filter(rope -> rope.has("rope_type"))
                .isPresent()) {
            throw config.unsupported("rope_parameters", "must be given for each type of layer");
        }
    }
}
