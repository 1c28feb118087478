package io.logprobe.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Duration;

/// Remembers which events have had their effect, in the effect's own transaction.
@ApplicationScoped
class Inbox {

    private final EntityManager database;

    Inbox(EntityManager database) {
        this.database = database;
    }

    /// Whether the event is new; from now on, if the transaction commits, it is not.
    boolean accept(String topic, String eventId) {
        return database.createNativeQuery(
                                "insert into inbox_entry (topic, event_id) values (:topic, :eventId) on conflict do nothing")
                        .setParameter("topic", topic)
                        .setParameter("eventId", eventId)
                        .executeUpdate()
                == 1;
    }

    /// Forgets events older than any redelivery.
    int forgetOlderThan(Duration age) {
        return database.createNativeQuery(
                        "delete from inbox_entry where received_at < now() - :seconds * interval '1 second'")
                .setParameter("seconds", age.toSeconds())
                .executeUpdate();
    }
}
