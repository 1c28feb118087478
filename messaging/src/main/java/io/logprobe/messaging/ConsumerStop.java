package io.logprobe.messaging;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Takes no more records and ends those under way before anything else of the service stops, above all the database.
/// What was fetched and not begun, and what takes longer, is left alone and comes again at the next start.
@ApplicationScoped
class ConsumerStop {

    private static final Logger LOG = Logger.getLogger(ConsumerStop.class);
    private static final Duration LONGEST = Duration.ofSeconds(4);

    private final KafkaClientService kafka;
    private final EventProcessor processor;
    private final StopDeadline deadline;

    ConsumerStop(KafkaClientService kafka, EventProcessor processor, StopDeadline deadline) {
        this.kafka = kafka;
        this.processor = processor;
        this.deadline = deadline;
    }

    void stop(@Observes @Priority(1) ShutdownEvent event) throws InterruptedException {
        kafka.getConsumerChannels().forEach(this::pause);
        if (!processor.end(deadline.left(LONGEST))) {
            LOG.warnf("records are still under way after %d s; they come again", LONGEST.toSeconds());
        }
    }

    /// Spares the broker records that would be left alone; nothing depends on it.
    private void pause(String channel) {
        kafka.getConsumer(channel)
                .pause()
                .subscribe()
                .with(paused -> {}, failure -> LOG.debugf(failure, "channel %s could not be paused", channel));
    }
}
