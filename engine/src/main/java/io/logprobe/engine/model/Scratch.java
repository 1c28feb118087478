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
import java.util.stream.Stream;

/// What one lane needs for one block of rows, for any layer and the head.
record Scratch(
        Matrix normed, // [block, hidden], operands
        Matrix mlpInput, // [block, hidden], operands
        Matrix sublayer, // [block, hidden]
        Matrix query, // [block, heads · headDim]
        Matrix attended, // [block, heads · headDim], operands
        Matrix wide, // [block, gate and up]
        Matrix gated, // [block, up], operands
        Matrix router, // [block, experts]
        Matrix expertInput, // [block, hidden]
        Matrix expertOutput, // [block, hidden]
        Matrix embedded, // [block, embedding width]
        Matrix logits, // [block, tile]
        List<Resource> owned)
        implements Resource {

    private static final int SUBLAYER = 2;
    private static final int ATTENDED = 4;
    private static final int GATED = 6;

    /// Greatest number that rows of operands are padded to a multiple of.
    private static final int OPERANDS_STEP = 32;

    static Scratch of(Architecture architecture, Backend backend) {
        // Rows are gathered from what experts read, so that holds more than operands.
        boolean experts = widest(architecture, layer -> router(layer.mlp())) > 0;
        List<Matrix> matrices = new ArrayList<>();
        for (int columns : widths(architecture, backend)) {
            int index = matrices.size();
            boolean operands = ATTENDED == index || GATED == index || (index < SUBLAYER && !experts);
            matrices.add(
                    operands
                            ? backend.operands(backend.blockRows(), columns)
                            : backend.matrix(backend.blockRows(), columns));
        }
        return new Scratch(
                matrices.get(0),
                matrices.get(1),
                matrices.get(SUBLAYER),
                matrices.get(3),
                matrices.get(ATTENDED),
                matrices.get(5),
                matrices.get(GATED),
                matrices.get(7),
                matrices.get(8),
                matrices.get(9),
                matrices.get(10),
                matrices.get(11),
                List.copyOf(matrices));
    }

    /// What all matrices take.
    static long bytes(Architecture architecture, Backend backend) {
        return widths(architecture, backend).stream()
                .mapToLong(columns -> {
                    long padded = (long) Math.ceilDiv(columns, OPERANDS_STEP) * OPERANDS_STEP;
                    return backend.footprint(backend.blockRows() * padded * Float.BYTES);
                })
                .sum();
    }

    /// Columns of each matrix, at least one.
    private static List<Integer> widths(Architecture architecture, Backend backend) {
        int hidden = architecture.hidden();
        int queries = widest(architecture, layer -> queries(layer.attention()));
        int router = widest(architecture, layer -> router(layer.mlp()));
        int expert = router > 0 ? hidden : 0;
        int embedded = Math.max(
                architecture.embedding().tokens().inputs(),
                architecture.head().output().inputs());
        return Stream.of(
                        hidden,
                        hidden,
                        hidden,
                        queries,
                        queries,
                        widest(architecture, layer -> wide(layer.mlp())),
                        widest(architecture, layer -> gated(layer.mlp())),
                        router,
                        expert,
                        expert,
                        embedded,
                        tile(architecture, backend))
                .map(columns -> Math.max(columns, 1))
                .toList();
    }

    private static int tile(Architecture architecture, Backend backend) {
        return Math.min(backend.vocabularyTile(), architecture.vocabulary());
    }

    /// Columns of the widest matrix.
    static int widest(Architecture architecture) {
        return Math.max(
                Math.max(architecture.hidden(), widest(architecture, layer -> queries(layer.attention()))),
                Math.max(
                        widest(architecture, layer -> wide(layer.mlp())),
                        widest(architecture, layer -> gated(layer.mlp()))));
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
