package io.logprobe.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.contracts.Event;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;

/// Publishes events exactly if the caller's transaction commits: they are stored in it, and sent after it.
@ApplicationScoped
public class Outbox {

    private final OutboxRepository repository;
    private final ObjectMapper json;
    private final OutboxSignal signal;

    Outbox(OutboxRepository repository, ObjectMapper json, OutboxSignal signal) {
        this.repository = repository;
        this.json = json;
        this.signal = signal;
    }

    /// Stores the event in the caller's transaction; without one this fails.
    @Transactional(Transactional.TxType.MANDATORY)
    public void publish(Event event) {
        repository.persist(new OutboxEntryEntity(event, encode(event), Instant.now()));
        signal.afterCommit();
    }

    private String encode(Event event) {
        try {
            return json.writeValueAsString(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("event " + event.eventId() + " cannot be written as JSON", e);
        }
    }
}
