package io.logprobe.standalone.platform;

import io.logprobe.standalone.database.EmbeddedDatabase;
import io.logprobe.standalone.network.Port;
import io.logprobe.standalone.service.ServiceSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The services as processes, with all they are told.
///
/// @param home the repository, whose modules are built
/// @param data where they keep what they keep
/// @param addresses where they find each other
/// @param database where they store
/// @param webHost address that the api-service listens on
/// @param webPort port of the api-service
record ServicePlan(
        Path home, DataFolder data, Addresses addresses, EmbeddedDatabase database, String webHost, int webPort) {

    private static final String NODE_ID = "standalone";

    /// The three services that mostly wait start fastest, and live smallest, with the first compiler tier and the
    /// simplest collector.
    private static final List<String> SMALL = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss512k");

    private static final List<String> EVERY = List.of(
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    List<ServiceSpec> services(MemoryPlan memory) {
        return List.of(api(memory), scheduler(memory), notifier(memory), worker(memory));
    }

    private ServiceSpec api(MemoryPlan memory) {
        Map<String, String> configuration = storing("api");
        configuration.put("quarkus.http.host", webHost);
        configuration.put(
                "logprobe.hub.download-domains",
                String.join(",", addresses.hub().downloadDomains()));
        return small("api-service", webPort, memory.apiHeapMiB(), configuration, toHub());
    }

    private ServiceSpec scheduler(MemoryPlan memory) {
        // It has no business with the Hub.
        return small("scheduler-service", freePort(), memory.schedulerHeapMiB(), storing("scheduler"), Map.of());
    }

    private ServiceSpec notifier(MemoryPlan memory) {
        Map<String, String> configuration = storing("notifier");
        configuration.put("quarkus.mailer.host", addresses.mailHost());
        configuration.put("quarkus.mailer.port", Integer.toString(addresses.mailPort()));
        configuration.put("quarkus.mailer.start-tls", "DISABLED");
        return small("notifier-service", freePort(), memory.notifierHeapMiB(), configuration, toHub());
    }

    private ServiceSpec worker(MemoryPlan memory) {
        Map<String, String> configuration = common();
        configuration.put("logprobe.worker.node-id", NODE_ID);
        configuration.put("logprobe.worker.cache-directory", data.modelCache().toString());
        configuration.put("logprobe.worker.memory", memory.engineMiB() + "MiB");
        return spec(
                "gpu-worker",
                freePort(),
                List.of("-Xmx" + memory.workerHeapMiB() + "m", "@" + home.resolve("engine/jvm.options")),
                configuration,
                toHub());
    }

    private ServiceSpec small(
            String name, int port, int heapMiB, Map<String, String> configuration, Map<String, String> environment) {
        List<String> options = new ArrayList<>(SMALL);
        options.add("-Xmx" + heapMiB + "m");
        return spec(name, port, options, configuration, environment);
    }

    private ServiceSpec spec(
            String name,
            int port,
            List<String> options,
            Map<String, String> configuration,
            Map<String, String> environment) {
        List<String> all = new ArrayList<>(EVERY);
        all.addAll(options);
        Path application = home.resolve(name).resolve("target/quarkus-app");
        return new ServiceSpec(name, application, port, all, configuration, environment);
    }

    private Map<String, String> toHub() {
        return addresses.hub().environment();
    }

    private Map<String, String> common() {
        Map<String, String> configuration = new HashMap<>();
        configuration.put("quarkus.http.host", "127.0.0.1");
        configuration.put("quarkus.banner.enabled", "false");
        configuration.put("kafka.bootstrap.servers", addresses.bootstrapServers());
        configuration.put("logprobe.api.url", addresses.web().toString());
        return configuration;
    }

    private Map<String, String> storing(String databaseName) {
        Map<String, String> configuration = common();
        configuration.put("quarkus.datasource.jdbc.url", database.jdbcUrl(databaseName));
        configuration.put("quarkus.datasource.username", database.username());
        configuration.put("quarkus.datasource.password", database.password());
        // All start at once; on a busy machine the first connection takes longer than the 5 seconds of the default.
        configuration.put("quarkus.datasource.jdbc.acquisition-timeout", "60s");
        return configuration;
    }

    private static int freePort() {
        return Port.choose(0, "a service");
    }
}
