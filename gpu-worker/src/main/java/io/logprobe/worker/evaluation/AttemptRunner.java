package io.logprobe.worker.evaluation;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.command.RunEvaluation;
import io.logprobe.contracts.evaluation.ScoringCompleted;
import io.logprobe.contracts.evaluation.ScoringFailed;
import io.logprobe.contracts.evaluation.ScoringStarted;
import io.logprobe.contracts.evaluation.ScoringWork;
import io.logprobe.contracts.spec.Provenance;
import io.logprobe.engine.Example;
import io.logprobe.engine.ModelDescription;
import io.logprobe.engine.ScoreSummary;
import io.logprobe.engine.Scorer;
import io.logprobe.worker.NodeIdentity;
import io.logprobe.worker.dataset.DatasetRows;
import io.logprobe.worker.log.AttemptLog;
import io.logprobe.worker.log.AttemptLog.LogUnavailable;
import io.logprobe.worker.log.EventPublisher;
import io.logprobe.worker.model.ModelCache;
import io.logprobe.worker.model.ModelCache.CachedModel;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// One attempt from its command to its last log entry.
@ApplicationScoped
class AttemptRunner {

    static final String EXAMPLES = "logprobe.examples.scored";
    static final String FAILURES = "logprobe.attempts.failed";

    private static final Logger LOG = Logger.getLogger(AttemptRunner.class);

    private final NodeIdentity identity;
    private final ModelCache models;
    private final DatasetRows datasets;
    private final EventPublisher publisher;
    private final EngineSettings settings;
    private final String engineVersion;
    private final MeterRegistry meters;

    AttemptRunner(
            NodeIdentity identity,
            ModelCache models,
            DatasetRows datasets,
            EventPublisher publisher,
            EngineSettings settings,
            // The engine is released together with the worker.
            @ConfigProperty(name = "quarkus.application.version") String engineVersion,
            MeterRegistry meters) {
        this.identity = identity;
        this.models = models;
        this.datasets = datasets;
        this.publisher = publisher;
        this.settings = settings;
        this.engineVersion = engineVersion;
        this.meters = meters;
    }

    /// Runs to the end; every failure ends up in the log, except being stopped, which leaves no trace.
    ///
    /// @param stopped whether somebody has stopped this attempt: whatever then goes wrong, as a request that was
    /// interrupted does, is no failure of it
    void run(RunEvaluation command, BooleanSupplier stopped) {
        AttemptLog log = new AttemptLog(publisher);
        try {
            score(command, log);
        } catch (InterruptedException | CancellationException e) {
            noteStopped(command);
        } catch (LogUnavailable e) {
            LOG.errorf(e, "evaluation %s epoch %d is given up", command.evaluationId(), command.epoch());
        } catch (RuntimeException | OutOfMemoryError e) {
            if (stopped.getAsBoolean()) {
                noteStopped(command);
            } else {
                Failure failure = Failures.of(e);
                String message = models.inTermsOfTheRepository(failure.message(), command.model());
                fail(command, log, new Failure(failure.kind(), message), e);
            }
        }
    }

    private static void noteStopped(RunEvaluation command) {
        LOG.infof("evaluation %s epoch %d was stopped", command.evaluationId(), command.epoch());
    }

    private void score(RunEvaluation command, AttemptLog log) throws InterruptedException {
        ProgressReport progress = new ProgressReport(command, log);
        progress.enter("download");
        List<Example> rows = datasets.fetch(command.dataset());
        try (CachedModel model = models.acquire(command.model())) {
            progress.enter("load");
            try (Scorer scorer = Scorer.open(model.location(), settings.options(command.options()))) {
                Provenance provenance = provenance(scorer.describe());
                log.write(new ScoringStarted(
                        command.evaluationId(), command.epoch(), identity.nodeId(), provenance, rows.size()));
                RemainingExamples remaining = provenance.equals(command.doneWith())
                        ? RemainingExamples.of(rows, command.done())
                        : RemainingExamples.of(rows, List.of());
                ResultLog results = new ResultLog(command, log, remaining, progress);
                ScoringWork work = remaining.isEmpty()
                        ? new ScoringWork(0, 0, 0, 0, 0, 0)
                        : work(scorer.score(remaining.examples(), results));
                meters.counter(EXAMPLES).increment(work.examples());
                log.flush();
                log.write(new ScoringCompleted(command.evaluationId(), command.epoch(), rows.size(), work));
                log.flush();
            }
        }
    }

    private void fail(RunEvaluation command, AttemptLog log, Failure failure, Throwable cause) {
        LOG.errorf(
                cause,
                "evaluation %s epoch %d failed: %s %s",
                command.evaluationId(),
                command.epoch(),
                failure.kind(),
                failure.message());
        meters.counter(FAILURES, "kind", failure.kind().name()).increment();
        try {
            log.write(new ScoringFailed(command.evaluationId(), command.epoch(), failure));
            log.flush();
        } catch (InterruptedException | LogUnavailable e) {
            LOG.warnf("the failure of evaluation %s could not be reported", command.evaluationId());
        }
    }

    private Provenance provenance(ModelDescription model) {
        return new Provenance(
                engineVersion,
                model.backend() + " (" + model.backendDetail() + ")",
                model.dtype().name().toLowerCase(java.util.Locale.ROOT),
                model.tokenizerDigest());
    }

    private static ScoringWork work(ScoreSummary summary) {
        return new ScoringWork(
                summary.examples(),
                summary.pairs(),
                summary.rows(),
                summary.loadSeconds(),
                summary.planSeconds() + summary.scoreSeconds(),
                summary.boundaryMismatches());
    }
}
