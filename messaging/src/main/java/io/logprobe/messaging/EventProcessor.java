package io.logprobe.messaging;

import io.logprobe.contracts.Event;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/// Gives a record its effect exactly once, however often it is delivered: the note that it was received, the
/// effect and the events that follow from it stand in one transaction.
@ApplicationScoped
public class EventProcessor {

    static final String DUPLICATES = "logprobe.inbox.duplicates";
    static final String UNKNOWN_TYPES = "logprobe.inbox.unknown.types";

    private static final Logger LOG = Logger.getLogger(EventProcessor.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /// Neither kind of acknowledgement.
    private static final CompletionStage<Void> LEFT_ALONE = CompletableFuture.completedFuture(null);

    private final EventDecoder decoder;
    private final Inbox inbox;
    private final MeterRegistry meters;
    private final FailedService service;
    private final Duration timeout;
    private final WorkUnderWay records = new WorkUnderWay();

    /// @param timeout how long the transaction of one record may take
    EventProcessor(
            EventDecoder decoder,
            Inbox inbox,
            MeterRegistry meters,
            FailedService service,
            @ConfigProperty(name = "logprobe.messaging.transaction-timeout", defaultValue = "60s") Duration timeout) {
        this.decoder = decoder;
        this.timeout = timeout;
        this.inbox = inbox;
        this.meters = meters;
        this.service = service;
    }

    /// Applies the effect of a record and acknowledges the record once that is durable. Trouble with the database is
    /// waited out; an effect that throws anything else fails the record, which then goes to the dead-letter topic.
    /// A lack of memory says nothing against the record: the service ends, and the record comes again at its next
    /// start.
    ///
    /// A service that stops leaves a record alone, without an acknowledgement of either kind: it comes again.
    ///
    /// @param message what the broker delivered
    /// @param type the events this reader understands; others on the topic are skipped
    /// @param effect called within the transaction, possibly more than once if the transaction has to be repeated
    public <E extends Event> CompletionStage<Void> process(
            Message<ConsumerRecord<String, byte[]>> message, Class<E> type, Consumer<E> effect) {
        return settle(message, type, event -> applyOnce(event, effect));
    }

    /// Like [#process], for events whose effect may be repeated without harm and which are too many to be noted.
    public <E extends Event> CompletionStage<Void> processRepeatable(
            Message<ConsumerRecord<String, byte[]>> message, Class<E> type, Consumer<E> effect) {
        return settle(message, type, effect);
    }

    /// Leaves every further record alone, and waits for those that are under way.
    ///
    /// @return whether all of them were over before `patience` was
    boolean end(Duration patience) throws InterruptedException {
        return records.end(patience);
    }

    private <E extends Event> CompletionStage<Void> settle(
            Message<ConsumerRecord<String, byte[]>> message, Class<E> type, Consumer<E> effect) {
        ConsumerRecord<String, byte[]> record = message.getPayload();
        try {
            boolean done = records.during(
                    () -> decode(record, type).ifPresent(event -> inTransaction(event, () -> effect.accept(event))));
            return done ? message.ack() : LEFT_ALONE;
        } catch (RuntimeException | Error e) {
            if (isOutOfMemory(e)) {
                // First of all, as nothing that takes memory may come to its end.
                service.end();
                LOG.errorf("out of memory: the service ends, %s comes again", EventDecoder.position(record));
                return LEFT_ALONE;
            }
            if (records.ended()) {
                // Whether the record or the stop is to blame shows at the next start.
                LOG.infof("%s was broken off and comes again: %s", EventDecoder.position(record), e.getMessage());
                return LEFT_ALONE;
            }
            LOG.errorf(e, "%s goes to the dead-letter topic", EventDecoder.position(record));
            return message.nack(e);
        }
    }

    private static boolean isOutOfMemory(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                return true;
            }
        }
        return false;
    }

    private <E extends Event> Optional<E> decode(ConsumerRecord<String, byte[]> record, Class<E> type) {
        Optional<E> event = decoder.decode(record, type);
        if (event.isEmpty()) {
            meters.counter(UNKNOWN_TYPES, "topic", record.topic()).increment();
        }
        return event;
    }

    private void inTransaction(Event event, Runnable effect) {
        Duration pause = Duration.ofMillis(100);
        while (true) {
            long start = System.nanoTime();
            try {
                QuarkusTransaction.requiringNew()
                        .timeout(Math.toIntExact(timeout.toSeconds()))
                        .run(effect);
                return;
            } catch (RuntimeException e) {
                // What a transaction that ran out of time fails with depends on where it was; that it did, does not.
                boolean ranOut = System.nanoTime() - start >= timeout.toNanos();
                if (!ranOut && !DatabaseTrouble.isTransient(e)) {
                    throw e;
                }
                LOG.warnf("event %s waits for the database: %s", event.eventId(), e.getMessage());
                if (!paused(pause)) {
                    throw e;
                }
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

    /// @return whether to go on: not in a service that stops
    private boolean paused(Duration pause) {
        try {
            return records.pause(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the database", e);
        }
    }
}
