package io.logprobe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.reference.ReferenceBackend;
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
import org.junit.jupiter.api.Test;

class ModelCostsTest {

    private static final int HIDDEN = 16;
    private static final int INNER = 64;
    private static final long LARGEST_MATRIX = HIDDEN * INNER * Float.BYTES;

    @Test
    void matrixThatLiesByOutputsIsStagedOnce() {
        Mlp.Plain mlp = plain(UnaryOperator.identity());

        assertThat(stagingBytes(mlp)).isEqualTo(LARGEST_MATRIX);
    }

    @Test
    void matrixThatLiesByInputsIsStagedAsItLiesAndTurned() {
        Mlp.Plain mlp = plain(LinearRef::inputsFirst);

        assertThat(stagingBytes(mlp)).isEqualTo(2 * LARGEST_MATRIX);
    }

    @Test
    void sharedExpertIsStagedToo() {
        Mlp.Gated small = gated(1);
        Mlp.Experts mlp = new Mlp.Experts(
                LinearRef.of("router", 2, HIDDEN, false),
                1,
                false,
                List.of(small, small),
                new Mlp.Shared(gated(INNER), null));

        assertThat(stagingBytes(mlp)).as("gate and up in one").isEqualTo(2 * LARGEST_MATRIX);
    }

    private static Mlp.Plain plain(UnaryOperator<LinearRef> orientation) {
        return new Mlp.Plain(
                orientation.apply(LinearRef.of("up", INNER, HIDDEN, true)),
                Activation.GELU,
                orientation.apply(LinearRef.of("down", HIDDEN, INNER, true)));
    }

    private static Mlp.Gated gated(int inner) {
        return new Mlp.Gated(
                LinearRef.of("gate", inner, HIDDEN, false),
                LinearRef.of("up", inner, HIDDEN, false),
                Activation.SILU,
                LinearRef.of("down", HIDDEN, inner, false));
    }

    private static long stagingBytes(Mlp mlp) {
        LinearRef square = LinearRef.of("square", HIDDEN, HIDDEN, false);
        AttentionSheet attention = AttentionSheet.heads(2, 2, HIDDEN / 2)
                .projections(square, square, square, square)
                .build();
        Norms norms = Norms.before(NormRef.rms("norm", HIDDEN, 1e-5));
        MatrixRef tokens = MatrixRef.of("tokens", 8, HIDDEN);
        Architecture architecture = new Architecture(
                "tiny",
                HIDDEN,
                Embedding.of(tokens),
                List.of(LayerSheet.sequential(attention, norms, mlp, norms)),
                Head.tied(NormRef.rms("last", HIDDEN, 1e-5), tokens));
        try (Backend backend = new ReferenceBackend(ComputeType.FLOAT32)) {
            return new ModelCosts(architecture, backend).stagingBytes();
        }
    }
}
