package io.logprobe.scheduler;

import io.logprobe.messaging.testing.Neighbours;
import io.logprobe.messaging.testing.Wire;
import io.logprobe.standalone.broker.EmbeddedBroker;
import io.logprobe.standalone.database.EmbeddedDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/// A real broker and a real database for the time of the tests.
public class BrokerAndDatabase implements QuarkusTestResourceLifecycleManager {

    private final Neighbours neighbours = new Neighbours();
    private Wire wire;

    @Override
    public Map<String, String> start() {
        EmbeddedDatabase database = neighbours.add(EmbeddedDatabase.start(neighbours.folder("database")));
        EmbeddedBroker broker = neighbours.add(EmbeddedBroker.start(neighbours.folder("broker"), 0));
        wire = neighbours.add(new Wire(broker.bootstrapServers()));
        return Map.of(
                "kafka.bootstrap.servers", broker.bootstrapServers(),
                "quarkus.datasource.jdbc.url", database.jdbcUrl("scheduler"),
                "quarkus.datasource.username", database.username(),
                "quarkus.datasource.password", database.password(),
                "quarkus.datasource.jdbc.acquisition-timeout", Wire.PATIENCE.toString(),
                "quarkus.http.test-port", "0");
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(wire, new TestInjector.MatchesType(Wire.class));
    }

    @Override
    public void stop() {
        neighbours.close();
    }
}
