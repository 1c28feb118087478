package io.logprobe.contracts.command;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.IndexRange;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.Provenance;
import io.logprobe.contracts.spec.ScoringOptions;
import java.util.List;
import java.util.UUID;

/// Score the examples of an evaluation that are not done yet. Sent only after the lease of this epoch stands
/// in the evaluation's own log.
///
/// @param nodeId the node that holds the lease
/// @param bootId the start of that node which the lease was granted to; a worker that has restarted since ignores it
/// @param evaluationId identifies the evaluation
/// @param jobId the job it belongs to
/// @param epoch epoch of the lease, written on everything the worker publishes for it
/// @param model the model to score with
/// @param dataset the rows to score
/// @param options how to score
/// @param done examples scored by earlier attempts, ascending
/// @param doneWith provenance of `done`, null if nothing is done; a worker of another provenance scores everything anew
@JsonTypeName("RunEvaluation")
public record RunEvaluation(
        String nodeId,
        UUID bootId,
        UUID evaluationId,
        UUID jobId,
        long epoch,
        ModelRevision model,
        DatasetRevision dataset,
        ScoringOptions options,
        List<IndexRange> done,
        Provenance doneWith)
        implements WorkerCommand {

    public RunEvaluation {
        Require.text(nodeId, "nodeId");
        Require.present(bootId, "bootId");
        Require.present(evaluationId, "evaluationId");
        Require.present(jobId, "jobId");
        Require.positive(epoch, "epoch");
        Require.present(model, "model");
        Require.present(dataset, "dataset");
        Require.present(options, "options");
        done = List.copyOf(Require.present(done, "done"));
    }

    @Override
    public String eventId() {
        return evaluationId + "/" + epoch + "/run";
    }
}
