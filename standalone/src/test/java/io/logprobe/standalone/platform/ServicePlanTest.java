package io.logprobe.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.standalone.database.EmbeddedDatabase;
import io.logprobe.standalone.externalhub.ExternalHub;
import io.logprobe.standalone.externalhub.HubAddress;
import io.logprobe.standalone.externalhub.HubToken;
import io.logprobe.standalone.externalhub.HubUser;
import io.logprobe.standalone.service.ServiceSpec;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the services are told about the Hub.
class ServicePlanTest {

    private static final HubAddress MIRROR = HubAddress.parse("https://mirror.example.org/hub");
    private static final String SECRET = "hf_secret";

    @TempDir
    static Path folder;

    private static DataFolder data;
    private static EmbeddedDatabase database;

    @BeforeAll
    static void start() {
        data = DataFolder.take(folder);
        database = EmbeddedDatabase.start(data.database());
    }

    @AfterAll
    static void stop() {
        database.close();
        data.close();
    }

    @Test
    void servicesThatNeedAnExternalHubFindItAndItsTokenInTheirEnvironment() {
        ExternalHub hub = new ExternalHub(MIRROR, HubToken.of(SECRET), Optional.of(new HubUser("ada", false)));

        Map<String, ServiceSpec> services = services(HubAccess.external(hub));

        assertThat(services).hasSize(4);
        for (String service : new String[] {"api-service", "gpu-worker", "notifier-service"}) {
            assertThat(services.get(service).environment())
                    .as(service)
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of("LOGPROBE_HUB_URL", "https://mirror.example.org/hub", "LOGPROBE_HUB_TOKEN", SECRET));
        }
        assertThat(services.get("scheduler-service").environment()).isEmpty();
        assertThat(services.values()).allSatisfy(service -> {
            assertThat(service.configuration().toString()).doesNotContain(SECRET);
            assertThat(service.jvmOptions().toString()).doesNotContain(SECRET);
        });
        assertThat(services.get("api-service").configuration())
                .containsEntry("logprobe.hub.download-domains", "mirror.example.org,huggingface.co,hf.co");
    }

    @Test
    void withoutATokenThereIsNoneInTheirEnvironment() {
        ExternalHub hub = new ExternalHub(MIRROR, Optional.empty(), Optional.empty());

        Map<String, ServiceSpec> services = services(HubAccess.external(hub));

        assertThat(services.get("notifier-service").environment())
                .containsExactly(Map.entry("LOGPROBE_HUB_URL", "https://mirror.example.org/hub"));
    }

    @Test
    void localHubIsGivenInTheSameWay() {
        Map<String, ServiceSpec> services = services(HubAccess.local(URI.create("http://127.0.0.1:8090")));

        assertThat(services.get("gpu-worker").environment())
                .containsEntry("LOGPROBE_HUB_URL", "http://127.0.0.1:8090")
                .containsKey("LOGPROBE_HUB_TOKEN");
    }

    private static Map<String, ServiceSpec> services(HubAccess hub) {
        Addresses addresses =
                new Addresses("127.0.0.1:9092", hub, "127.0.0.1", 25, URI.create("http://127.0.0.1:8080"));
        ServicePlan plan = new ServicePlan(folder, data, addresses, database, "127.0.0.1", 8080);
        return plan.services(MemoryPlan.of(8L << 30)).stream()
                .collect(Collectors.toMap(ServiceSpec::name, Function.identity()));
    }
}
