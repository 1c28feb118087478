package io.logprobe.scheduler.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.contracts.EventHeaders;
import io.logprobe.contracts.node.HearingProbe;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/// Sends probes on the topic of the heartbeats and notes when they come back.
@ApplicationScoped
public class HearingProbes {

    private static final String SOURCE = "scheduler-service";

    private final UUID bootId = UUID.randomUUID();
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicReference<Hearing> hearing = new AtomicReference<>(Hearing.NOTHING);
    private final Emitter<String> emitter;
    private final ObjectMapper json;

    HearingProbes(@Channel("probes") @OnOverflow(OnOverflow.Strategy.DROP) Emitter<String> emitter, ObjectMapper json) {
        this.emitter = emitter;
        this.json = json;
    }

    /// Whether heartbeats have been heard without a gap for at least `stretch`.
    public boolean steadyFor(Duration stretch) {
        return hearing.get().steadyFor(stretch, Instant.now());
    }

    @Scheduled(
            every = "5s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    void send() throws JsonProcessingException {
        HearingProbe probe = new HearingProbe(SOURCE, bootId, sequence.getAndIncrement());
        RecordHeaders headers = new RecordHeaders();
        EventHeaders.of(probe.eventId(), "HearingProbe", SOURCE, Instant.now())
                .forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
        // A lost probe is what the gap is for: nobody waits for its acknowledgement.
        emitter.send(Message.of(
                json.writeValueAsString(probe),
                Metadata.of(OutgoingKafkaRecordMetadata.<String>builder()
                        .withKey(probe.key())
                        .withHeaders(headers)
                        .build())));
    }

    void heard(HearingProbe probe) {
        if (probe.bootId().equals(bootId)) {
            hearing.updateAndGet(before -> before.heard(Instant.now()));
        }
    }
}
