package io.logprobe.messaging;

import io.logprobe.contracts.Event;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/// Gives a record its effect exactly once, however often it is delivered: the note that it was received, the
/// effect and the events that follow from it stand in one transaction.
@ApplicationScoped
public class EventProcessor {

    static final String DUPLICATES = "logprobe.inbox.duplicates";
    static final String UNKNOWN_TYPES = "logprobe.inbox.unknown.types";

    private static final Logger LOG = Logger.getLogger(EventProcessor.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final EventDecoder decoder;
    private final Inbox inbox;
    private final MeterRegistry meters;
    private final WorkUnderWay records = new WorkUnderWay();

    EventProcessor(EventDecoder decoder, Inbox inbox, MeterRegistry meters) {
        this.decoder = decoder;
        this.inbox = inbox;
        this.meters = meters;
    }

    /// Applies the effect of a record and returns once it is durable. Trouble with the database is waited out;
    /// an effect that throws anything else fails the record, which then goes to the dead-letter topic.
    ///
    /// @param record what the broker delivered
    /// @param type the events this reader understands; others on the topic are skipped
    /// @param effect called within the transaction, possibly more than once if the transaction has to be repeated
    /// @throws InvalidEvent if the record is unreadable
    public <E extends Event> void process(ConsumerRecord<String, byte[]> record, Class<E> type, Consumer<E> effect) {
        records.during(
                () -> decode(record, type).ifPresent(event -> inTransaction(event, () -> applyOnce(event, effect))));
    }

    /// Like [#process], for events whose effect may be repeated without harm and which are too many to be noted.
    public <E extends Event> void processRepeatable(
            ConsumerRecord<String, byte[]> record, Class<E> type, Consumer<E> effect) {
        records.during(() -> decode(record, type).ifPresent(event -> inTransaction(event, () -> effect.accept(event))));
    }

    /// Returns when no record has been under way for `quiet`, or when `patience` is over.
    ///
    /// @return whether it became quiet
    boolean awaitQuiet(Duration quiet, Duration patience) throws InterruptedException {
        return records.awaitQuiet(quiet, patience);
    }

    private <E extends Event> Optional<E> decode(ConsumerRecord<String, byte[]> record, Class<E> type) {
        Optional<E> event = decoder.decode(record, type);
        if (event.isEmpty()) {
            meters.counter(UNKNOWN_TYPES, "topic", record.topic()).increment();
        }
        return event;
    }

    private static void inTransaction(Event event, Runnable effect) {
        Duration pause = Duration.ofMillis(100);
        while (true) {
            try {
                QuarkusTransaction.requiringNew().run(effect);
                return;
            } catch (RuntimeException e) {
                if (!DatabaseTrouble.isTransient(e)) {
                    throw e;
                }
                LOG.warnf("event %s waits for the database: %s", event.eventId(), e.getMessage());
                pause(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    private <E extends Event> void applyOnce(E event, Consumer<E> effect) {
        if (inbox.accept(event.topic(), event.eventId())) {
            effect.accept(event);
        } else {
            meters.counter(DUPLICATES, "topic", event.topic()).increment();
        }
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the database", e);
        }
    }
}
