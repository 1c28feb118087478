package io.logprobe.api.job;

import io.logprobe.api.dataset.Datasets;
import io.logprobe.api.evaluation.Evaluations;
import io.logprobe.api.live.JobChanges;
import io.logprobe.contracts.job.JobCancelled;
import io.logprobe.contracts.job.JobSubmitted;
import io.logprobe.contracts.job.JobSubmitted.RequestedEvaluation;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.messaging.Outbox;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/// Accepts and cancels jobs: what is stored and what is published commit together.
@ApplicationScoped
class JobSubmission {

    static final String SUBMITTED = "logprobe.jobs.submitted";
    static final String CANCELLED = "logprobe.jobs.cancel.requested";

    private final JobRepository jobs;
    private final Jobs views;
    private final Evaluations evaluations;
    private final Datasets datasets;
    private final JobChanges changes;
    private final Outbox outbox;
    private final MeterRegistry meters;

    JobSubmission(
            JobRepository jobs,
            Jobs views,
            Evaluations evaluations,
            Datasets datasets,
            JobChanges changes,
            Outbox outbox,
            MeterRegistry meters) {
        this.jobs = jobs;
        this.views = views;
        this.evaluations = evaluations;
        this.datasets = datasets;
        this.changes = changes;
        this.outbox = outbox;
        this.meters = meters;
    }

    /// Stores a job and what belongs to it.
    ///
    /// @param alsoInTransaction is given the accepted job before the transaction commits
    @Transactional
    JobView accept(PinnedJob pinned, Consumer<JobView> alsoInTransaction) {
        SubmitJobRequest request = pinned.request();
        DatasetRevision dataset = pinned.dataset().revision();
        UUID jobId = UUID.randomUUID();
        // What the database keeps, so that the first view equals the later ones.
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        datasets.store(pinned.dataset());
        jobs.persistAndFlush(
                new JobEntity(jobId, now, dataset, request.scoringOptions(), request.publish(), request.emails()));
        changes.begin(jobId);
        List<RequestedEvaluation> requested = new ArrayList<>();
        for (int position = 0; position < pinned.models().size(); position++) {
            RequestedEvaluation evaluation =
                    new RequestedEvaluation(UUID.randomUUID(), pinned.models().get(position));
            evaluations.add(evaluation.evaluationId(), jobId, position, evaluation.model(), dataset.exampleCount());
            requested.add(evaluation);
        }
        outbox.publish(new JobSubmitted(
                jobId, now, dataset, request.scoringOptions(), requested, request.publish(), request.emails()));
        JobView view = views.find(jobId).orElseThrow();
        alsoInTransaction.accept(view);
        meters.counter(SUBMITTED).increment();
        return view;
    }

    /// Asks for a job to be stopped. Asking again, or for a job that has ended, changes nothing.
    @Transactional
    Optional<JobView> cancel(UUID jobId) {
        if (!changes.announce(jobId)) {
            return Optional.empty();
        }
        JobEntity job = jobs.findById(jobId);
        if (!job.cancelRequested() && job.concludedAt() == null) {
            Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
            job.cancelRequested(now);
            outbox.publish(new JobCancelled(jobId, now));
            meters.counter(CANCELLED).increment();
        }
        return views.find(jobId);
    }
}
