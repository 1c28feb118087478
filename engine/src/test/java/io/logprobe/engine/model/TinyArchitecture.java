package io.logprobe.engine.model;

import io.logprobe.engine.backend.Activation;
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
import java.util.function.UnaryOperator;

/// Models of one layer and eight tokens, whose MLP is the largest part.
final class TinyArchitecture {

    static final int HIDDEN = 16;
    static final int INNER = 64;

    private TinyArchitecture() {}

    static Architecture of(Mlp mlp) {
        return of(mlp, HIDDEN / 2);
    }

    static Architecture of(Mlp mlp, int headDim) {
        LinearRef into = LinearRef.of("into", 2 * headDim, HIDDEN, false);
        LinearRef back = LinearRef.of("back", HIDDEN, 2 * headDim, false);
        AttentionSheet attention = AttentionSheet.heads(2, 2, headDim)
                .projections(into, into, into, back)
                .build();
        Norms norms = Norms.before(NormRef.rms("norm", HIDDEN, 1e-5));
        MatrixRef tokens = MatrixRef.of("tokens", 8, HIDDEN);
        return new Architecture(
                "tiny",
                HIDDEN,
                Embedding.of(tokens),
                List.of(LayerSheet.sequential(attention, norms, mlp, norms)),
                Head.tied(NormRef.rms("last", HIDDEN, 1e-5), tokens));
    }

    static Mlp.Plain plain(UnaryOperator<LinearRef> orientation) {
        return plain(INNER, orientation);
    }

    static Mlp.Plain plain(int inner, UnaryOperator<LinearRef> orientation) {
        return new Mlp.Plain(
                orientation.apply(LinearRef.of("up", inner, HIDDEN, true)),
                Activation.GELU,
                orientation.apply(LinearRef.of("down", HIDDEN, inner, true)));
    }

    static Mlp.Gated gated(int inner) {
        return new Mlp.Gated(
                LinearRef.of("gate", inner, HIDDEN, false),
                LinearRef.of("up", inner, HIDDEN, false),
                Activation.SILU,
                LinearRef.of("down", HIDDEN, inner, false));
    }
}
