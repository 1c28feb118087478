package io.logprobe.scheduler;

import io.logprobe.standalone.broker.EmbeddedBroker;
import io.logprobe.standalone.database.EmbeddedDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// A real broker and a real database for the time of the tests.
public class BrokerAndDatabase implements QuarkusTestResourceLifecycleManager {

    private EmbeddedBroker broker;
    private EmbeddedDatabase database;

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("scheduler-test");
            database = EmbeddedDatabase.start(folder.resolve("database"));
            broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "kafka.bootstrap.servers", broker.bootstrapServers(),
                "quarkus.datasource.jdbc.url", database.jdbcUrl("scheduler"),
                "quarkus.datasource.username", database.username(),
                "quarkus.datasource.password", database.password(),
                "quarkus.http.test-port", "0");
    }

    @Override
    public void stop() {
        broker.close();
        database.close();
    }
}
