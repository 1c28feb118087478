package io.logprobe.api;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.logprobe.standalone.broker.EmbeddedBroker;
import io.logprobe.standalone.database.EmbeddedDatabase;
import io.logprobe.standalone.hub.LocalHub;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// A real broker, a real database and a Hub for the time of the tests. The Hub is the local one behind a proxy that
/// tests teach to misbehave.
public class Surroundings implements QuarkusTestResourceLifecycleManager {

    private EmbeddedBroker broker;
    private EmbeddedDatabase database;
    private LocalHub hub;
    private WireMockServer proxy;
    private StubHub stub;

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("api-test");
            database = EmbeddedDatabase.start(folder.resolve("database"));
            broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
            hub = LocalHub.start(folder.resolve("hub"), 0);
            proxy = new WireMockServer(WireMockConfiguration.wireMockConfig().dynamicPort());
            proxy.start();
            proxy.stubFor(WireMock.any(WireMock.anyUrl())
                    .atPriority(StubHub.LOWEST_PRIORITY)
                    .willReturn(WireMock.aResponse().proxiedFrom(hub.uri().toString())));
            stub = new StubHub(folder.resolve("hub"), proxy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "kafka.bootstrap.servers", broker.bootstrapServers(),
                "quarkus.datasource.jdbc.url", database.jdbcUrl("api"),
                "quarkus.datasource.username", database.username(),
                "quarkus.datasource.password", database.password(),
                "logprobe.hub.url", proxy.baseUrl(),
                "logprobe.hub.token", "hf_tester",
                "quarkus.http.test-port", "0");
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(stub, new TestInjector.MatchesType(StubHub.class));
    }

    @Override
    public void stop() {
        proxy.stop();
        try {
            hub.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            broker.close();
            database.close();
        }
    }
}
