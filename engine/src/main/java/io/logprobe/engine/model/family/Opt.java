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
import io.logprobe.engine.model.architecture.MatrixRef;
import io.logprobe.engine.model.architecture.Mlp;
import io.logprobe.engine.model.architecture.NormRef;
import java.util.List;
import java.util.stream.IntStream;

/// OPT and Galactica: learned positions from row 2, norms before (125m, 1.3b …) or after (350m) the sublayers.
final class Opt implements Family {

    private static final double EPSILON = 1e-5;

    @Override
    public List<String> modelTypes() {
        return List.of("opt");
    }

    @Override
    public String variants() {
        return "OPT 125m to 175b, both norm placements, input and output projections; Galactica";
    }

    @Override
    public Architecture describe(ModelConfig config, Tensors tensors) {
        String decoder = Prefixes.of(tensors, "embed_positions.weight", "model.decoder.", "decoder.", "");
        int hidden = config.sizeOr(768, "hidden_size");
        int embedded = config.sizeOr(hidden, "word_embed_proj_dim");
        int vocabulary = config.sizeOr(50_272, "vocab_size");
        boolean normBefore = config.flagOr(true, "do_layer_norm_before");
        TokenMatrices tokens =
                TokenMatrices.of(config, tensors, decoder + "embed_tokens", "lm_head", vocabulary, embedded, true);
        MatrixRef positions = MatrixRef.of(
                decoder + "embed_positions.weight", config.sizeOr(2048, "max_position_embeddings") + 2, hidden);

        Embedding embedding = Embedding.of(tokens.embedding()).positioned(positions, 2);
        Head head = Head.of(
                normBefore && !config.flagOr(false, "_remove_final_layer_norm")
                        ? norm(config, decoder + "final_layer_norm", hidden)
                        : null,
                tokens.output());
        if (embedded != hidden) {
            embedding = embedding.projected(LinearRef.of(decoder + "project_in", hidden, embedded, false));
            head = head.projected(LinearRef.of(decoder + "project_out", embedded, hidden, false));
        }
        List<LayerSheet> layers = IntStream.range(0, Shapes.layers(config, 12, "num_hidden_layers"))
                .mapToObj(i -> layer(config, decoder + "layers." + i + ".", hidden, normBefore))
                .toList();
        return new Architecture("opt", hidden, embedding, layers, head);
    }

    private static LayerSheet layer(ModelConfig config, String layer, int hidden, boolean normBefore) {
        int heads = config.sizeOr(12, "num_attention_heads");
        int ffn = config.sizeOr(3072, "ffn_dim");
        boolean bias = config.flagOr(true, "enable_bias");
        Activation activation = Activations.of(config, "relu", "activation_function");
        AttentionSheet attention = AttentionSheet.heads(heads, heads, Shapes.headDim(config, hidden, heads))
                .projections(
                        LinearRef.of(layer + "self_attn.q_proj", hidden, hidden, bias),
                        LinearRef.of(layer + "self_attn.k_proj", hidden, hidden, bias),
                        LinearRef.of(layer + "self_attn.v_proj", hidden, hidden, bias),
                        LinearRef.of(layer + "self_attn.out_proj", hidden, hidden, bias))
                .build();
        Mlp mlp = new Mlp.Plain(
                LinearRef.of(layer + "fc1", ffn, hidden, bias),
                activation,
                LinearRef.of(layer + "fc2", hidden, ffn, bias));
        NormRef attentionNorm = norm(config, layer + "self_attn_layer_norm", hidden);
        NormRef mlpNorm = norm(config, layer + "final_layer_norm", hidden);
        return normBefore
                ? LayerSheet.sequential(attention, Norms.before(attentionNorm), mlp, Norms.before(mlpNorm))
                : LayerSheet.sequential(attention, Norms.after(attentionNorm), mlp, Norms.after(mlpNorm));
    }

    private static NormRef norm(ModelConfig config, String name, int hidden) {
        return config.flagOr(true, "layer_norm_elementwise_affine")
                ? NormRef.layer(name, hidden, EPSILON)
                : NormRef.plainLayer(hidden, EPSILON);
    }
}
