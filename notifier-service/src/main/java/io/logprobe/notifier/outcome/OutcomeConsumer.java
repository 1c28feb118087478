package io.logprobe.notifier.outcome;

import io.logprobe.contracts.outcome.EvaluationCancelled;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.contracts.outcome.EvaluationFailed;
import io.logprobe.contracts.outcome.JobConcluded;
import io.logprobe.contracts.outcome.OutcomeEvent;
import io.logprobe.messaging.EventProcessor;
import io.logprobe.notifier.email.EmailCourier;
import io.logprobe.notifier.ledger.DeliveryLoop;
import io.logprobe.notifier.pullrequest.PullRequestCourier;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/// Enters into the ledger what an outcome asks for.
@ApplicationScoped
class OutcomeConsumer {

    private final EventProcessor processor;
    private final PullRequestCourier pullRequests;
    private final EmailCourier emails;
    private final DeliveryLoop deliveries;

    OutcomeConsumer(
            EventProcessor processor, PullRequestCourier pullRequests, EmailCourier emails, DeliveryLoop deliveries) {
        this.processor = processor;
        this.pullRequests = pullRequests;
        this.emails = emails;
        this.deliveries = deliveries;
    }

    @Incoming("outcomes")
    @Blocking
    CompletionStage<Void> consume(Message<ConsumerRecord<String, byte[]>> outcome) {
        CompletionStage<Void> settled = processor.process(outcome, OutcomeEvent.class, this::apply);
        deliveries.wake();
        return settled;
    }

    private void apply(OutcomeEvent event) {
        switch (event) {
            case EvaluationCompleted completed -> {
                if (completed.publish()) {
                    pullRequests.plan(completed);
                }
            }
            case JobConcluded concluded -> emails.plan(concluded);
            case EvaluationFailed _, EvaluationCancelled _ -> {
                // The e-mail about the job tells of them.
            }
        }
    }
}
