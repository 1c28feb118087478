package io.logprobe.scheduler.job;

import io.logprobe.contracts.job.JobSubmitted;
import io.logprobe.contracts.outcome.JobConcluded;
import io.logprobe.contracts.outcome.JobConcluded.EvaluationResult;
import io.logprobe.messaging.Outbox;
import io.logprobe.scheduler.evaluation.EndedEvaluation;
import io.logprobe.scheduler.evaluation.EvaluationCoordinator;
import io.logprobe.scheduler.evaluation.EvaluationEnded;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/// Closes a job together with the last of its evaluations.
@ApplicationScoped
class JobConclusion {

    private final JobRepository jobs;
    private final EvaluationCoordinator evaluations;
    private final Outbox outbox;

    JobConclusion(JobRepository jobs, EvaluationCoordinator evaluations, Outbox outbox) {
        this.jobs = jobs;
        this.evaluations = evaluations;
        this.outbox = outbox;
    }

    void evaluationEnded(@Observes EvaluationEnded ended) {
        // The lock makes two evaluations that end at the same time see each other.
        JobEntity job = jobs.lock(ended.jobId()).orElseThrow();
        List<EndedEvaluation> endings = evaluations.endings(job.id());
        if (job.concluded() || endings.isEmpty()) {
            return;
        }
        job.conclude();
        JobSubmitted submission = job.submission();
        outbox.publish(new JobConcluded(
                job.id(),
                submission.dataset(),
                endings.stream().map(JobConclusion::result).toList(),
                submission.publish(),
                submission.emails()));
    }

    private static EvaluationResult result(EndedEvaluation ending) {
        return new EvaluationResult(
                ending.request().evaluationId(),
                ending.request().model(),
                ending.conclusion(),
                ending.metrics(),
                ending.failure());
    }
}
