package io.logprobe.api.delivery;

import io.logprobe.contracts.delivery.DeliveryEvent;
import io.logprobe.messaging.EventProcessor;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/// Reads what became of pull requests and e-mails.
@ApplicationScoped
class DeliveryConsumer {

    private final EventProcessor processor;
    private final Deliveries deliveries;

    DeliveryConsumer(EventProcessor processor, Deliveries deliveries) {
        this.processor = processor;
        this.deliveries = deliveries;
    }

    @Incoming("deliveries")
    @Blocking
    CompletionStage<Void> consume(Message<ConsumerRecord<String, byte[]>> delivery) {
        return processor.process(delivery, DeliveryEvent.class, deliveries::read);
    }
}
