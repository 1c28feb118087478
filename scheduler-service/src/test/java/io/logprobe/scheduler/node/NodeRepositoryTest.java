package io.logprobe.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.logprobe.contracts.node.NodeHeartbeat;
import io.logprobe.messaging.testing.Wire;
import io.logprobe.scheduler.BrokerAndDatabase;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two schedulers that share a database are two transactions at the same time.
@QuarkusTest
@QuarkusTestResource(BrokerAndDatabase.class)
class NodeRepositoryTest {

    private static final UUID BOOT = UUID.fromString("0192f0c1-0000-7000-8000-000000000003");

    @Inject
    NodeRepository nodes;

    @Inject
    EntityManager database;

    private final String node = "node-" + UUID.randomUUID();

    @AfterEach
    void leaveNoNode() {
        QuarkusTransaction.requiringNew().run(() -> nodes.deleteById(node));
    }

    @Test
    void nodeThatTwoSchedulersHearOfAtTheSameTimeIsKnownOnce()
            throws ExecutionException, InterruptedException, TimeoutException {
        CompletableFuture<Integer> other = QuarkusTransaction.requiringNew().call(() -> {
            hear(3);
            CompletableFuture<Integer> later = CompletableFuture.supplyAsync(
                    () -> QuarkusTransaction.requiringNew().call(() -> hear(5)), Thread.ofPlatform()::start);
            await().pollInSameThread().atMost(Wire.PATIENCE).until(this::somebodyWaits);
            return later;
        });

        assertThat(other.get(Wire.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(5);
        List<Integer> slots = QuarkusTransaction.requiringNew().call(() -> nodes.list("id", node).stream()
                .map(known -> known.view().slots())
                .toList());
        assertThat(slots).containsExactly(5);
    }

    private int hear(int slots) {
        NodeEntity known = nodes.known(node, BOOT);
        known.heard(new NodeHeartbeat(node, BOOT, 0, "cpu", 1L << 30, slots, List.of(), List.of()), Instant.now());
        nodes.flush();
        return known.view().slots();
    }

    /// Whether a transaction waits for another one to end.
    private boolean somebodyWaits() {
        return (Boolean) database.createNativeQuery("""
                        select exists (select from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock'
                        and query like 'insert into node%')""").getSingleResult();
    }
}
