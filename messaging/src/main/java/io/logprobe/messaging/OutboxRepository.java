package io.logprobe.messaging;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

@ApplicationScoped
class OutboxRepository implements PanacheRepository<OutboxEntryEntity> {

    /// Two relays at once would reorder the events of one key.
    private static final long RELAY_LOCK = 0x6f7574626f78L;

    /// Whether this transaction is now the only relay of the database; the lock goes with the transaction.
    boolean lockRelay() {
        return (Boolean) getEntityManager()
                .createNativeQuery("select pg_try_advisory_xact_lock(:key)")
                .setParameter("key", RELAY_LOCK)
                .getSingleResult();
    }

    List<OutboxEntryEntity> oldest(int limit) {
        return findAll(Sort.by("id")).page(0, limit).list();
    }

    Optional<Instant> oldestOccurrence() {
        return findAll(Sort.by("id")).firstResultOptional().map(OutboxEntryEntity::occurredAt);
    }

    void deleteAll(List<Long> ids) {
        delete("id in ?1", ids);
    }
}
