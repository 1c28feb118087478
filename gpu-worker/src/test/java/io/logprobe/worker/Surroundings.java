package io.logprobe.worker;

import io.logprobe.standalone.broker.EmbeddedBroker;
import io.logprobe.standalone.hub.LocalHub;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// A real broker, the local Hub and an api-service that does nothing but hand out rows, for the time of the tests.
public class Surroundings implements QuarkusTestResourceLifecycleManager {

    static final String NODE = "node-under-test";

    private EmbeddedBroker broker;
    private LocalHub hub;
    private RowServer rows;
    private ModelShelf models;

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("worker-test");
            broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
            hub = LocalHub.start(folder.resolve("hub"), 0);
            rows = RowServer.start();
            models = new ModelShelf(folder.resolve("hub/models"), hub.uri());
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
                    folder.resolve("cache").toString(),
                    "quarkus.http.test-port",
                    "0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(rows, new TestInjector.MatchesType(RowServer.class));
        injector.injectIntoFields(models, new TestInjector.MatchesType(ModelShelf.class));
    }

    @Override
    public void stop() {
        try {
            hub.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            rows.close();
            broker.close();
        }
    }
}
