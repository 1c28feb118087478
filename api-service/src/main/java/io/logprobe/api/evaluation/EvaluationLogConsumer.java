package io.logprobe.api.evaluation;

import io.logprobe.contracts.evaluation.EvaluationEvent;
import io.logprobe.messaging.EventProcessor;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/// Reads the log of every evaluation.
@ApplicationScoped
class EvaluationLogConsumer {

    private final EventProcessor processor;
    private final Evaluations evaluations;

    EvaluationLogConsumer(EventProcessor processor, Evaluations evaluations) {
        this.processor = processor;
        this.evaluations = evaluations;
    }

    @Incoming("evaluations")
    @Blocking
    CompletionStage<Void> consume(Message<ConsumerRecord<String, byte[]>> entry) {
        return processor.process(entry, EvaluationEvent.class, evaluations::read);
    }
}
