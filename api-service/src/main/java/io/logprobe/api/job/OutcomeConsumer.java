package io.logprobe.api.job;

import io.logprobe.api.evaluation.Evaluations;
import io.logprobe.api.live.JobChanges;
import io.logprobe.contracts.outcome.EvaluationCancelled;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.contracts.outcome.EvaluationFailed;
import io.logprobe.contracts.outcome.JobConcluded;
import io.logprobe.contracts.outcome.OutcomeEvent;
import io.logprobe.messaging.EventProcessor;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/// Reads how evaluations and jobs ended.
@ApplicationScoped
class OutcomeConsumer {

    private final EventProcessor processor;
    private final Evaluations evaluations;
    private final JobRepository jobs;
    private final JobChanges changes;

    OutcomeConsumer(EventProcessor processor, Evaluations evaluations, JobRepository jobs, JobChanges changes) {
        this.processor = processor;
        this.evaluations = evaluations;
        this.jobs = jobs;
        this.changes = changes;
    }

    @Incoming("outcomes")
    @Blocking
    CompletionStage<Void> consume(Message<ConsumerRecord<String, byte[]>> outcome) {
        Instant writtenAt = Instant.ofEpochMilli(outcome.getPayload().timestamp());
        return processor.process(outcome, OutcomeEvent.class, event -> read(event, writtenAt));
    }

    private void read(OutcomeEvent outcome, Instant writtenAt) {
        switch (outcome) {
            case EvaluationCompleted completed -> evaluations.complete(completed);
            case EvaluationFailed failed -> evaluations.fail(failed);
            case EvaluationCancelled cancelled -> evaluations.cancel(cancelled);
            case JobConcluded concluded -> {
                if (changes.announce(concluded.jobId())) {
                    jobs.findById(concluded.jobId()).concluded(writtenAt);
                }
            }
        }
    }
}
