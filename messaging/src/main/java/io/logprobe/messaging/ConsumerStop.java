package io.logprobe.messaging;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/// Takes no more records and ends those under way before anything else of the service stops. A record that met a
/// database which is closed already would fail, and go to the dead-letter topic though nothing is wrong with it.
@ApplicationScoped
class ConsumerStop {

    private static final Logger LOG = Logger.getLogger(ConsumerStop.class);

    private static final Duration PAUSE_PATIENCE = Duration.ofSeconds(2);
    private static final Duration QUIET = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final KafkaClientService kafka;
    private final EventProcessor processor;

    ConsumerStop(KafkaClientService kafka, EventProcessor processor) {
        this.kafka = kafka;
        this.processor = processor;
    }

    void stop(@Observes @Priority(1) ShutdownEvent event) throws InterruptedException {
        CompletableFuture<?>[] pauses =
                kafka.getConsumerChannels().stream().map(this::pause).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(pauses).get(PAUSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // It is joining its group, or the broker is away: then nothing arrives either.
            LOG.debug("a consumer could not be paused", e);
        }
        if (!processor.awaitQuiet(QUIET, PATIENCE)) {
            LOG.warnf(
                    "records are still under way after %d s; those that fail now go to their dead-letter topics",
                    PATIENCE.toSeconds());
        }
    }

    private CompletableFuture<?> pause(String channel) {
        KafkaConsumer<Object, Object> consumer = kafka.getConsumer(channel);
        return consumer.pause().subscribeAsCompletionStage();
    }
}
