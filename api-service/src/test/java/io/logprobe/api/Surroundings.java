package io.logprobe.api;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.logprobe.messaging.testing.Neighbours;
import io.logprobe.messaging.testing.Wire;
import io.logprobe.standalone.broker.EmbeddedBroker;
import io.logprobe.standalone.database.EmbeddedDatabase;
import io.logprobe.standalone.hub.LocalHub;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/// A real broker, a real database and a Hub for the time of the tests. The Hub is the local one behind a proxy that
/// tests teach to misbehave.
public class Surroundings implements QuarkusTestResourceLifecycleManager {

    private final Neighbours neighbours = new Neighbours();
    private Wire wire;
    private StubHub stub;

    @Override
    public Map<String, String> start() {
        EmbeddedDatabase database = neighbours.add(EmbeddedDatabase.start(neighbours.folder("database")));
        EmbeddedBroker broker = neighbours.add(EmbeddedBroker.start(neighbours.folder("broker"), 0));
        wire = neighbours.add(new Wire(broker.bootstrapServers()));
        WireMockServer proxy = startProxy(startHub());
        stub = new StubHub(neighbours.folder("hub"), proxy);
        return Map.of(
                "kafka.bootstrap.servers", broker.bootstrapServers(),
                "quarkus.datasource.jdbc.url", database.jdbcUrl("api"),
                "quarkus.datasource.username", database.username(),
                "quarkus.datasource.password", database.password(),
                "quarkus.datasource.jdbc.acquisition-timeout", Wire.PATIENCE.toString(),
                "logprobe.hub.url", proxy.baseUrl(),
                "logprobe.hub.token", "hf_tester",
                "quarkus.http.test-port", "0");
    }

    private LocalHub startHub() {
        try {
            return neighbours.add(LocalHub.start(neighbours.folder("hub"), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private WireMockServer startProxy(LocalHub hub) {
        WireMockServer proxy =
                new WireMockServer(WireMockConfiguration.wireMockConfig().dynamicPort());
        AutoCloseable running = proxy::stop;
        neighbours.add(running);
        proxy.start();
        proxy.stubFor(WireMock.any(WireMock.anyUrl())
                .atPriority(StubHub.LOWEST_PRIORITY)
                .willReturn(WireMock.aResponse().proxiedFrom(hub.uri().toString())));
        return proxy;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(wire, new TestInjector.MatchesType(Wire.class));
        injector.injectIntoFields(stub, new TestInjector.MatchesType(StubHub.class));
    }

    @Override
    public void stop() {
        neighbours.close();
    }
}
