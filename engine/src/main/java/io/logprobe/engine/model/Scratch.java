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
        Matrix gateUp, // [block, gate and up]
        Matrix inner, // [block, up], operands
        Matrix router, // [block, experts]
        Matrix expertInput, // [block, hidden]
        Matrix expertOutput, // [block, hidden]
        Matrix embedded, // [block, embedding width]
        Matrix logits, // [block, tile]
        List<Resource> owned)
        implements Resource {

    /// Greatest number that rows of operands are padded to a multiple of.
    private static final int OPERANDS_STEP = 32;

    /// A matrix of one block of rows, at least one column wide.
    private record Shape(int columns, boolean operands) {

        static Shape of(int columns) {
            return new Shape(Math.max(columns, 1), false);
        }

        static Shape ofOperands(int columns) {
            return new Shape(Math.max(columns, 1), true);
        }

        Matrix allocate(Backend backend, List<Resource> owner) {
            Matrix matrix = operands
                    ? backend.operands(backend.blockRows(), columns)
                    : backend.matrix(backend.blockRows(), columns);
            owner.add(matrix);
            return matrix;
        }

        long bytes(Backend backend) {
            long padded = (long) Math.ceilDiv(columns, OPERANDS_STEP) * OPERANDS_STEP;
            int valueBytes = operands ? backend.operandsValueBytes() : Float.BYTES;
            return backend.footprint(backend.blockRows() * padded * valueBytes);
        }
    }

    /// The shapes of all matrices, by their names.
    private record Shapes(
            Shape normed,
            Shape mlpInput,
            Shape sublayer,
            Shape query,
            Shape attended,
            Shape gateUp,
            Shape inner,
            Shape router,
            Shape expertInput,
            Shape expertOutput,
            Shape embedded,
            Shape logits) {

        static Shapes of(Architecture architecture, Backend backend) {
            int queries = widest(architecture, layer -> queries(layer.attention()));
            int router = widest(architecture, layer -> Scratch.router(layer.mlp()));
            Shape hidden = Shape.of(architecture.hidden());
            // Rows are gathered from what experts read, so that holds more than operands.
            Shape normed = router > 0 ? hidden : Shape.ofOperands(architecture.hidden());
            Shape expert = Shape.of(router > 0 ? architecture.hidden() : 0);
            int embedded = Math.max(
                    architecture.embedding().tokens().inputs(),
                    architecture.head().output().inputs());
            return new Shapes(
                    normed,
                    normed,
                    hidden,
                    Shape.of(queries),
                    Shape.ofOperands(queries),
                    Shape.of(widest(architecture, layer -> Scratch.gateUp(layer.mlp()))),
                    Shape.ofOperands(widest(architecture, layer -> Scratch.inner(layer.mlp()))),
                    Shape.of(router),
                    expert,
                    expert,
                    Shape.of(embedded),
                    Shape.of(Math.min(backend.vocabularyTile(), architecture.vocabulary())));
        }

        Stream<Shape> all() {
            return Stream.of(
                    normed,
                    mlpInput,
                    sublayer,
                    query,
                    attended,
                    gateUp,
                    inner,
                    router,
                    expertInput,
                    expertOutput,
                    embedded,
                    logits);
        }
    }

    static Scratch of(Architecture architecture, Backend backend) {
        Shapes shapes = Shapes.of(architecture, backend);
        List<Resource> owned = new ArrayList<>();
        return new Scratch(
                shapes.normed().allocate(backend, owned),
                shapes.mlpInput().allocate(backend, owned),
                shapes.sublayer().allocate(backend, owned),
                shapes.query().allocate(backend, owned),
                shapes.attended().allocate(backend, owned),
                shapes.gateUp().allocate(backend, owned),
                shapes.inner().allocate(backend, owned),
                shapes.router().allocate(backend, owned),
                shapes.expertInput().allocate(backend, owned),
                shapes.expertOutput().allocate(backend, owned),
                shapes.embedded().allocate(backend, owned),
                shapes.logits().allocate(backend, owned),
                owned);
    }

    /// What all matrices take.
    static long bytes(Architecture architecture, Backend backend) {
        return Shapes.of(architecture, backend)
                .all()
                .mapToLong(shape -> shape.bytes(backend))
                .sum();
    }

    /// Columns of the widest matrix.
    static int widest(Architecture architecture) {
        return Math.max(
                Math.max(architecture.hidden(), widest(architecture, layer -> queries(layer.attention()))),
                Math.max(
                        widest(architecture, layer -> gateUp(layer.mlp())),
                        widest(architecture, layer -> inner(layer.mlp()))));
    }

    /// Outputs of the widest layer whose products are activated.
    static int widestActivated(Architecture architecture) {
        return widest(architecture, layer -> switch (layer.mlp()) {
            case Mlp.Plain plain -> plain.up().outputs();
            case Mlp.Gated gated -> 0;
            case Mlp.Experts experts -> 0;
        });
    }

    private static int widest(Architecture architecture, ToIntFunction<LayerSheet> columns) {
        return architecture.layers().stream().mapToInt(columns).max().orElse(0);
    }

    private static int queries(AttentionSheet attention) {
        return attention.heads() * attention.headDim();
    }

    private static int gateUp(Mlp mlp) {
        return switch (mlp) {
            case Mlp.Plain plain -> 0;
            case Mlp.Gated gated -> gated.gate().outputs() + gated.up().outputs();
            case Mlp.Experts experts -> experts(experts, Scratch::gateUp);
        };
    }

    private static int inner(Mlp mlp) {
        return switch (mlp) {
            case Mlp.Plain plain -> plain.up().outputs();
            case Mlp.Gated gated -> gated.up().outputs();
            case Mlp.Experts experts -> experts(experts, Scratch::inner);
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
