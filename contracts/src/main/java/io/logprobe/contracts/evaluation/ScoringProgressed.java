package io.logprobe.contracts.evaluation;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import java.util.UUID;

/// How far a long pass has come between two results; may be lost without harm.
///
/// @param evaluationId identifies the evaluation
/// @param epoch epoch of the lease
/// @param sequence number of this entry within the epoch, from 0
/// @param fraction share of the work of this attempt that is done, 0 to 1
/// @param phase what is being done, for instance `download` or `layer 7 of 24`
@JsonTypeName("ScoringProgressed")
public record ScoringProgressed(UUID evaluationId, long epoch, int sequence, double fraction, String phase)
        implements EvaluationEvent {

    public ScoringProgressed {
        Require.present(evaluationId, "evaluationId");
        Require.positive(epoch, "epoch");
        Require.notNegative(sequence, "sequence");
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("fraction is not between 0 and 1: " + fraction);
        }
        Require.text(phase, "phase");
    }

    @Override
    public String eventId() {
        return evaluationId + "/" + epoch + "/progressed/" + sequence;
    }
}
