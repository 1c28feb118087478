package io.logprobe.api.evaluation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.logprobe.api.evaluation.EvaluationProgress.Effect.Advanced;
import io.logprobe.api.evaluation.EvaluationProgress.Effect.Fenced;
import io.logprobe.api.live.JobChanges;
import io.logprobe.contracts.Event;
import io.logprobe.contracts.evaluation.EvaluationEvent;
import io.logprobe.contracts.outcome.EvaluationCancelled;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.contracts.outcome.EvaluationFailed;
import io.logprobe.contracts.spec.ModelRevision;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// The evaluations of all jobs as their logs and outcomes tell. Every change announces the job's change first, which
/// also keeps two changes of one job apart.
@ApplicationScoped
public class Evaluations {

    static final String FENCED = "logprobe.fenced.records";
    static final String UNKNOWN = "logprobe.unknown.evaluations";
    static final String CONCLUDED = "logprobe.evaluations.concluded";

    private static final Logger LOG = Logger.getLogger(Evaluations.class);

    private final EvaluationRepository evaluations;
    private final ExampleScoreRepository scores;
    private final JobChanges changes;
    private final MeterRegistry meters;

    Evaluations(
            EvaluationRepository evaluations, ExampleScoreRepository scores, JobChanges changes, MeterRegistry meters) {
        this.evaluations = evaluations;
        this.scores = scores;
        this.changes = changes;
        this.meters = meters;
    }

    /// Adds an evaluation to a new job.
    @Transactional(Transactional.TxType.MANDATORY)
    public void add(UUID evaluationId, UUID jobId, int position, ModelRevision model, int exampleCount) {
        evaluations.persist(new EvaluationEntity(evaluationId, jobId, position, model, exampleCount));
    }

    /// Where the evaluations of each job stand, in the order of the job's models.
    @Transactional
    public Map<UUID, List<EvaluationStatus>> statuses(Collection<UUID> jobIds) {
        return evaluations.ofJobs(jobIds).stream()
                .collect(groupingBy(EvaluationEntity::jobId, mapping(EvaluationEntity::status, toList())));
    }

    void read(EvaluationEvent entry) {
        change(entry.evaluationId(), entry, evaluation -> {
            switch (evaluation.progress().read(entry)) {
                case Fenced _ -> meters.counter(FENCED).increment();
                case Advanced advanced -> apply(evaluation, advanced);
            }
        });
    }

    private void apply(EvaluationEntity evaluation, Advanced advanced) {
        if (advanced.voidScores()) {
            scores.deleteAll(evaluation.id());
        }
        int added = advanced.scores().isEmpty() ? 0 : scores.addAll(evaluation.id(), advanced.scores());
        evaluation.progress(advanced.next().counted(added));
    }

    /// Every example is scored and counted.
    @Transactional(Transactional.TxType.MANDATORY)
    public void complete(EvaluationCompleted outcome) {
        change(outcome.evaluationId(), outcome, evaluation -> {
            evaluation.complete(outcome.metrics(), outcome.examplesPerSecond(), outcome.provenance());
            concluded(EvaluationState.COMPLETED);
        });
    }

    /// It will not be tried again.
    @Transactional(Transactional.TxType.MANDATORY)
    public void fail(EvaluationFailed outcome) {
        change(outcome.evaluationId(), outcome, evaluation -> {
            evaluation.fail(outcome.failure());
            concluded(EvaluationState.FAILED);
        });
    }

    /// It was stopped.
    @Transactional(Transactional.TxType.MANDATORY)
    public void cancel(EvaluationCancelled outcome) {
        change(outcome.evaluationId(), outcome, evaluation -> {
            evaluation.cancel();
            concluded(EvaluationState.CANCELLED);
        });
    }

    private void concluded(EvaluationState state) {
        meters.counter(CONCLUDED, "state", state.name()).increment();
    }

    private void change(UUID evaluationId, Event cause, Consumer<EvaluationEntity> change) {
        Optional<UUID> job = evaluations.jobOf(evaluationId);
        if (job.isEmpty() || !changes.announce(job.get())) {
            LOG.warnf("event for an unknown evaluation skipped: eventId=%s", cause.eventId());
            meters.counter(UNKNOWN).increment();
            return;
        }
        change.accept(evaluations.findById(evaluationId));
    }
}
