package io.logprobe.worker;

import io.logprobe.messaging.testing.Neighbours;
import io.logprobe.messaging.testing.Wire;
import io.logprobe.standalone.broker.EmbeddedBroker;
import io.logprobe.standalone.hub.LocalHub;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/// A real broker, the local Hub and an api-service that does nothing but hand out rows, for the time of the tests.
public class Surroundings implements QuarkusTestResourceLifecycleManager {

    static final String NODE = "node-under-test";

    private final Neighbours neighbours = new Neighbours();
    private Wire wire;
    private RowServer rows;
    private ModelShelf models;

    @Override
    public Map<String, String> start() {
        try {
            EmbeddedBroker broker = neighbours.add(EmbeddedBroker.start(neighbours.folder("broker"), 0));
            wire = neighbours.add(new Wire(broker.bootstrapServers()));
            LocalHub hub = neighbours.add(LocalHub.start(neighbours.folder("hub"), 0));
            rows = neighbours.add(RowServer.start());
            models = new ModelShelf(neighbours.folder("hub/models"), hub.uri());
            return Map.of(
                    "kafka.bootstrap.servers",
                    broker.bootstrapServers(),
                    "logprobe.hub.url",
                    hub.uri().toString(),
                    "logprobe.api.url",
                    rows.address().toString(),
                    "logprobe.worker.node-id",
                    NODE,
                    "logprobe.worker.memory",
                    "256MiB",
                    "logprobe.worker.cache-directory",
                    neighbours.folder("cache").toString(),
                    "quarkus.http.test-port",
                    "0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(wire, new TestInjector.MatchesType(Wire.class));
        injector.injectIntoFields(rows, new TestInjector.MatchesType(RowServer.class));
        injector.injectIntoFields(models, new TestInjector.MatchesType(ModelShelf.class));
    }

    @Override
    public void stop() {
        neighbours.close();
    }
}
