package io.logprobe.messaging;

import io.logprobe.contracts.EventHeaders;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/// Sends what stands in the outbox, in order, and deletes it once the broker has it. A crash between the two
/// sends an event twice; the inbox of its readers notices.
@ApplicationScoped
class OutboxRelay {

    static final String OLDEST_AGE = "logprobe.outbox.oldest.age.seconds";

    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    private static final int BATCH = 200;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    private final OutboxRepository repository;
    private final OutboxSignal signal;
    private final Emitter<String> emitter;
    private final String source;
    private final StopDeadline deadline;
    private volatile boolean running = true;
    private volatile double oldestAgeSeconds;
    private Thread thread;

    OutboxRelay(
            OutboxRepository repository,
            OutboxSignal signal,
            // A batch is awaited before the next: what is buffered never exceeds one batch.
            @Channel("outbox") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<String> emitter,
            @ConfigProperty(name = "quarkus.application.name") String source,
            StopDeadline deadline,
            MeterRegistry meters) {
        this.repository = repository;
        this.signal = signal;
        this.emitter = emitter;
        this.source = source;
        this.deadline = deadline;
        meters.gauge(OLDEST_AGE, this, relay -> relay.oldestAgeSeconds);
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("outbox-relay").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        running = false;
        // Not by an interrupt, which would break the connection of a transaction under way.
        signal.wake();
        // What it does not bring to its end by then stands in the outbox for the next start.
        thread.join(deadline.left(LONGEST_STOP));
    }

    private void run() {
        while (running) {
            try {
                while (running && QuarkusTransaction.requiringNew().timeout(60).call(this::relayBatch) == BATCH) {
                    // more is waiting
                }
                signal.await(POLL);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (!running) {
                    return;
                }
                LOG.warnf(e, "outbox could not be relayed, trying again");
                pauseAfterFailure();
            }
        }
    }

    private void pauseAfterFailure() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE);
        } catch (InterruptedException e) {
            running = false;
        }
    }

    private int relayBatch() {
        if (!repository.lockRelay()) {
            return 0;
        }
        List<OutboxEntryEntity> entries = repository.oldest(BATCH);
        oldestAgeSeconds = entries.isEmpty()
                ? 0
                : Duration.between(entries.getFirst().occurredAt(), Instant.now())
                                .toMillis()
                        / 1000.0;
        CompletableFuture.allOf(entries.stream().map(this::send).toArray(CompletableFuture[]::new))
                .join();
        if (!entries.isEmpty()) {
            repository.deleteAll(entries.stream().map(OutboxEntryEntity::id).toList());
        }
        return entries.size();
    }

    private CompletableFuture<Void> send(OutboxEntryEntity entry) {
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        RecordHeaders headers = new RecordHeaders();
        EventHeaders.of(entry.eventId(), entry.eventType(), source, entry.occurredAt())
                .forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
        Metadata metadata = Metadata.of(OutgoingKafkaRecordMetadata.<String>builder()
                .withTopic(entry.topic())
                .withKey(entry.recordKey())
                .withHeaders(headers)
                .build());
        emitter.send(Message.of(
                entry.payload(),
                metadata,
                () -> {
                    acknowledged.complete(null);
                    return CompletableFuture.completedFuture(null);
                },
                failure -> {
                    acknowledged.completeExceptionally(failure);
                    return CompletableFuture.completedFuture(null);
                }));
        return acknowledged;
    }
}
