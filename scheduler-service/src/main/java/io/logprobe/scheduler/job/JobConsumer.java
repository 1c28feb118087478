package io.logprobe.scheduler.job;

import io.logprobe.contracts.job.JobCancelled;
import io.logprobe.contracts.job.JobEvent;
import io.logprobe.contracts.job.JobSubmitted;
import io.logprobe.contracts.job.JobSubmitted.RequestedEvaluation;
import io.logprobe.messaging.EventProcessor;
import io.logprobe.scheduler.evaluation.EvaluationCoordinator;
import io.logprobe.scheduler.evaluation.EvaluationRequest;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/// Takes jobs into the queue and out of it.
@ApplicationScoped
class JobConsumer {

    private final EventProcessor processor;
    private final JobRepository jobs;
    private final EvaluationCoordinator evaluations;

    JobConsumer(EventProcessor processor, JobRepository jobs, EvaluationCoordinator evaluations) {
        this.processor = processor;
        this.jobs = jobs;
        this.evaluations = evaluations;
    }

    @Incoming("jobs")
    @Blocking
    CompletionStage<Void> consume(Message<ConsumerRecord<String, byte[]>> job) {
        return processor.process(job, JobEvent.class, this::apply);
    }

    private void apply(JobEvent event) {
        switch (event) {
            case JobSubmitted submitted -> accept(submitted);
            case JobCancelled cancelled -> jobs.lock(cancelled.jobId()).ifPresent(this::cancel);
        }
    }

    private void accept(JobSubmitted job) {
        jobs.persist(new JobEntity(job));
        for (int position = 0; position < job.evaluations().size(); position++) {
            RequestedEvaluation requested = job.evaluations().get(position);
            evaluations.enqueue(
                    new EvaluationRequest(
                            requested.evaluationId(),
                            job.jobId(),
                            requested.model(),
                            job.dataset(),
                            job.options(),
                            job.publish()),
                    position,
                    job.submittedAt());
        }
    }

    private void cancel(JobEntity job) {
        if (!job.concluded()) {
            job.cancel();
            evaluations.cancelJob(job.id());
        }
    }
}
