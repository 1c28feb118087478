package io.logprobe.messaging;

import io.logprobe.contracts.Event;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/// An event that stands in the database and not yet on its topic.
@Entity
@Table(name = "outbox_entry")
class OutboxEntryEntity {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(nullable = false, updatable = false, columnDefinition = "text")
    private String eventId;

    @Column(nullable = false, updatable = false, columnDefinition = "text")
    private String eventType;

    @Column(nullable = false, updatable = false, columnDefinition = "text")
    private String topic;

    @Column(nullable = false, updatable = false, columnDefinition = "text")
    private String recordKey;

    @Column(nullable = false, updatable = false, columnDefinition = "text")
    private String payload;

    @Column(nullable = false, updatable = false)
    private Instant occurredAt;

    protected OutboxEntryEntity() {}

    OutboxEntryEntity(Event event, String payload, Instant occurredAt) {
        this.eventId = event.eventId();
        this.eventType = event.getClass().getSimpleName();
        this.topic = event.topic();
        this.recordKey = event.key();
        this.payload = payload;
        this.occurredAt = occurredAt;
    }

    Long id() {
        return id;
    }

    String eventId() {
        return eventId;
    }

    String eventType() {
        return eventType;
    }

    String topic() {
        return topic;
    }

    String recordKey() {
        return recordKey;
    }

    String payload() {
        return payload;
    }

    Instant occurredAt() {
        return occurredAt;
    }
}
