package io.logprobe.engine.model;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Resource;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.Mlp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/// What one lane needs for one block of rows, for any layer and the head.
record Scratch(
        Matrix normed, // [block, hidden]
        Matrix mlpInput, // [block, hidden]
        Matrix sublayer, // [block, hidden]
        Matrix query, // [block, heads · headDim]
        Matrix attended, // [block, heads · headDim]
        Matrix wide, // [block, gate and up]
        Matrix gated, // [block, up]
        Matrix router, // [block, experts]
        Matrix expertInput, // [block, hidden]
        Matrix expertOutput, // [block, hidden]
        Matrix embedded, // [block, embedding width]
        Matrix logits, // [block, tile]
        List<Resource> owned)
        implements Resource {

    static Scratch of(Architecture architecture, Backend backend) {
        List<Resource> owned = new ArrayList<>();
        int hidden = architecture.hidden();
        int queries = widest(architecture, layer -> queries(layer.attention()));
        return new Scratch(
                matrix(backend, hidden, owned),
                matrix(backend, hidden, owned),
                matrix(backend, hidden, owned),
                matrix(backend, queries, owned),
                matrix(backend, queries, owned),
                matrix(backend, widest(architecture, layer -> wide(layer.mlp())), owned),
                matrix(backend, widest(architecture, layer -> gated(layer.mlp())), owned),
                matrix(backend, widest(architecture, layer -> router(layer.mlp())), owned),
                matrix(backend, widest(architecture, layer -> router(layer.mlp()) > 0 ? hidden : 0), owned),
                matrix(backend, widest(architecture, layer -> router(layer.mlp()) > 0 ? hidden : 0), owned),
                matrix(
                        backend,
                        Math.max(
                                architecture.embedding().tokens().inputs(),
                                architecture.head().output().inputs()),
                        owned),
                matrix(backend, HeadWeights.TILE, owned),
                owned);
    }

    /// Columns of all matrices together.
    static long columns(Architecture architecture) {
        int hidden = architecture.hidden();
        int router = widest(architecture, layer -> router(layer.mlp()));
        return 3L * hidden
                + 2L * widest(architecture, layer -> queries(layer.attention()))
                + widest(architecture, layer -> wide(layer.mlp()))
                + widest(architecture, layer -> gated(layer.mlp()))
                + router
                + (router > 0 ? 2L * hidden : 0)
                + Math.max(
                        architecture.embedding().tokens().inputs(),
                        architecture.head().output().inputs())
                + HeadWeights.TILE;
    }

    private static Matrix matrix(Backend backend, int columns, List<Resource> owned) {
        Matrix matrix = backend.matrix(backend.blockRows(), Math.max(columns, 1));
        owned.add(matrix);
        return matrix;
    }

    private static int widest(Architecture architecture, ToIntFunction<LayerSheet> columns) {
        return architecture.layers().stream().mapToInt(columns).max().orElse(0);
    }

    private static int queries(AttentionSheet attention) {
        return attention.heads() * attention.headDim();
    }

    private static int wide(Mlp mlp) {
        return switch (mlp) {
            case Mlp.Plain plain -> plain.up().outputs();
            case Mlp.Gated gated -> gated.gate().outputs() + gated.up().outputs();
            case Mlp.Experts experts -> experts(experts, Scratch::wide);
        };
    }

    private static int gated(Mlp mlp) {
        return switch (mlp) {
            case Mlp.Plain plain -> 0;
            case Mlp.Gated gated -> gated.up().outputs();
            case Mlp.Experts experts -> experts(experts, Scratch::gated);
        };
    }

    private static int experts(Mlp.Experts experts, ToIntFunction<Mlp> columns) {
        int shared = experts.shared() == null
                ? 0
                : columns.applyAsInt(experts.shared().expert());
        return Math.max(
                shared, experts.experts().stream().mapToInt(columns).max().orElse(0));
    }

    private static int router(Mlp mlp) {
        return switch (mlp) {
            case Mlp.Plain plain -> 0;
            case Mlp.Gated gated -> 0;
            case Mlp.Experts experts -> experts.router().outputs();
        };
    }

    @Override
    public void close() {
        owned.forEach(Resource::close);
    }
}
