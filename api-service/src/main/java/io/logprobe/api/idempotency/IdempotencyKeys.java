package io.logprobe.api.idempotency;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.UUID;

/// Remembers requests by their `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header), so that a request that
/// is sent again has one effect and gets one answer.
@ApplicationScoped
public class IdempotencyKeys {

    private final EntityManager database;
    private final IdempotencyConfig config;

    IdempotencyKeys(EntityManager database, IdempotencyConfig config) {
        this.database = database;
        this.config = config;
    }

    /// What is known of a key.
    public sealed interface Claim {

        /// The key is new; the request is to be carried out, then ended or released.
        record Granted(String key, UUID holder) implements Claim {}

        /// The request was carried out; `answer` is what it was answered.
        record Answered(String answer) implements Claim {}

        /// The same request is being carried out now.
        record Running() implements Claim {}

        /// The key came with another request before.
        record Taken() implements Claim {}
    }

    /// Claims a key for a request.
    ///
    /// @param key the key the client chose
    /// @param request digest of what the client asks for
    public Claim claim(String key, String request) {
        UUID holder = UUID.randomUUID();
        return QuarkusTransaction.requiringNew().call(() -> {
            if (insert(key, request, holder) || takeOver(key, request, holder)) {
                return new Claim.Granted(key, holder);
            }
            return known(key, request);
        });
    }

    private boolean insert(String key, String request, UUID holder) {
        return database.createNativeQuery("""
                        insert into idempotency_key (key, request, holder) values (:key, :request, :holder)
                        on conflict do nothing""")
                        .setParameter("key", key)
                        .setParameter("request", request)
                        .setParameter("holder", holder)
                        .executeUpdate()
                == 1;
    }

    /// A request whose service died must not block its key for ever.
    private boolean takeOver(String key, String request, UUID holder) {
        return database.createNativeQuery("""
                        update idempotency_key set holder = :holder, claimed_at = now()
                        where key = :key and request = :request and answer is null
                          and claimed_at < now() - :seconds * interval '1 second'""")
                        .setParameter("key", key)
                        .setParameter("request", request)
                        .setParameter("holder", holder)
                        .setParameter("seconds", config.abandonedAfter().toSeconds())
                        .executeUpdate()
                == 1;
    }

    private Claim known(String key, String request) {
        List<?> rows = database.createNativeQuery("select request, answer from idempotency_key where key = :key")
                .setParameter("key", key)
                .getResultList();
        if (rows.isEmpty()) {
            // Released between the two statements: as good as running.
            return new Claim.Running();
        }
        Object[] row = (Object[]) rows.getFirst();
        if (!request.equals(row[0])) {
            return new Claim.Taken();
        }
        return row[1] == null ? new Claim.Running() : new Claim.Answered((String) row[1]);
    }

    /// Remembers the answer in the transaction of the request's effect; that must be rolled back if this throws.
    @Transactional(Transactional.TxType.MANDATORY)
    public void end(Claim.Granted claim, String answer) {
        int updated = database.createNativeQuery(
                        "update idempotency_key set answer = :answer where key = :key and holder = :holder")
                .setParameter("answer", answer)
                .setParameter("key", claim.key())
                .setParameter("holder", claim.holder())
                .executeUpdate();
        if (updated != 1) {
            throw new IllegalStateException("another request has taken over the idempotency key " + claim.key());
        }
    }

    /// Forgets a request that had no effect.
    public void release(Claim.Granted claim) {
        QuarkusTransaction.requiringNew().run(() -> database.createNativeQuery(
                        "delete from idempotency_key where key = :key and holder = :holder and answer is null")
                .setParameter("key", claim.key())
                .setParameter("holder", claim.holder())
                .executeUpdate());
    }

    @Scheduled(every = "1h", delayed = "5m")
    @Transactional
    void forgetOld() {
        database.createNativeQuery(
                        "delete from idempotency_key where claimed_at < now() - :seconds * interval '1 second'")
                .setParameter("seconds", config.kept().toSeconds())
                .executeUpdate();
    }
}
