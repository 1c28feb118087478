package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.logprobe.standalone.broker.EmbeddedBroker;
import io.logprobe.standalone.client.LogprobeClient;
import io.logprobe.standalone.database.EmbeddedDatabase;
import io.logprobe.standalone.hub.LocalHub;
import io.logprobe.standalone.mail.MailSink;
import io.logprobe.standalone.mail.ReceivedMail;
import io.logprobe.standalone.network.Port;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `./logprobe images` puts into images, run as a cluster runs it. The tool that builds images is a stand-in that
/// notes what it is asked for. What can go wrong: a setting of `k8s/base` that the services do not know, an option that
/// Java does not know, an image that no manifest names.
class ImagesIT {

    private static final String REGISTRY = "registry.example/team";
    private static final List<String> SERVICES =
            List.of("api-service", "scheduler-service", "gpu-worker", "notifier-service");
    private static final Path K8S = Path.of("../k8s");
    private static final Path IMAGES =
            Path.of("../target/images").toAbsolutePath().normalize();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @TempDir
    static Path folder;

    private static Path calls;
    private static Outcome built;

    @BeforeAll
    static void buildImages() throws Exception {
        calls = folder.resolve("calls");
        built = images("[ $1 = info ] || echo \"$@\" >> " + calls, REGISTRY);
        assertThat(built.code()).as(built.err()).isZero();
    }

    @Test
    void anImageIsBuiltForEachThatTheManifestsName() throws IOException {
        List<String> named = StreamSupport.stream(
                        YAML.readTree(K8S.resolve("base/kustomization.yaml").toFile())
                                .get("images")
                                .spliterator(),
                        false)
                .map(image -> REGISTRY + "/" + image.get("name").asText() + ":"
                        + image.get("newTag").asText())
                .toList();

        assertThat(built.lines()).containsExactlyInAnyOrderElementsOf(named);
        assertThat(Files.readAllLines(calls))
                .hasSize(SERVICES.size())
                .allMatch(call ->
                        call.startsWith("build --file ") && named.stream().anyMatch(call::contains));
    }

    @Test
    void theWorkerForGpusHasTheTagThatItsOverlayNames() throws Exception {
        Outcome outcome = images("[ $1 = info ] || echo \"$@\" >&2", REGISTRY, "--gpu");

        String tag = YAML.readTree(
                        K8S.resolve("overlays/gpu/kustomization.yaml").toFile())
                .at("/images/0/newTag")
                .asText();
        assertThat(outcome.lines()).containsExactly(REGISTRY + "/logprobe/gpu-worker:" + tag);
        assertThat(outcome.err()).contains("BASE=docker.io/nvidia/cuda:");
    }

    @Test
    void withoutAToolThatRunsNothingIsBuilt() throws Exception {
        Outcome outcome = images("exit 1", REGISTRY);

        assertThat(outcome.err())
                .isEqualTo("logprobe: images needs Docker, Podman or Buildah; none of them runs here\n");
        assertThat(outcome.code()).isEqualTo(2);
    }

    @Test
    void aMisspeltOptionIsNamed() throws Exception {
        Outcome outcome = images("exit 0", "--gpus");

        assertThat(outcome.err()).startsWith("logprobe: images has no option '--gpus'");
        assertThat(outcome.code()).isEqualTo(2);
    }

    @Test
    void theImageRunsAsTheUserThatTheManifestsName() throws IOException {
        List<String> containerfile = Files.readAllLines(K8S.resolve("images/Containerfile"));

        for (String service : SERVICES) {
            String user = pod(service).at("/securityContext/runAsUser").asText();
            assertThat(containerfile).contains("USER " + user);
        }
    }

    /// One job through all four services, each with no other setting than its manifest's.
    @Test
    void servicesEvaluateWithWhatTheManifestsTellThem() throws Exception {
        DemoFiles.put(folder.resolve("hub"));
        Map<String, Integer> ports = new HashMap<>();
        SERVICES.forEach(service -> ports.put(service, Port.choose(0, service)));
        URI api = URI.create("http://127.0.0.1:" + ports.get("api-service"));
        List<Process> processes = new ArrayList<>();
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
                EmbeddedDatabase database = EmbeddedDatabase.start(folder.resolve("database"));
                LocalHub hub = LocalHub.start(folder.resolve("hub"), 0);
                MailSink mail = MailSink.start(folder.resolve("mail"), 0)) {
            Map<String, String> cluster = new HashMap<>(Map.of(
                    "kafka.bootstrap.servers", broker.bootstrapServers(),
                    "hub.url", hub.uri().toString(),
                    "api.url", api.toString(),
                    "mail.host", mail.host(),
                    "mail.port", Integer.toString(mail.port()),
                    "mail.from", "logprobe@localhost",
                    "username", database.username(),
                    "password", database.password(),
                    "token", "hf_cluster"));
            EmbeddedDatabase.DATABASES.forEach(name -> cluster.put(name + "-url", database.jdbcUrl(name)));
            try {
                for (String service : SERVICES) {
                    processes.add(start(service, ports.get(service), cluster));
                }

                JsonNode job = completed(new LogprobeClient(api));

                assertThat(job.at("/evaluations/0/state").asText())
                        .as(job.toString())
                        .isEqualTo("COMPLETED");
                assertThat(job.at("/evaluations/0/pullRequest/url").asText())
                        .startsWith(hub.uri().toString());
                await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(mail.received())
                        .extracting(ReceivedMail::recipient)
                        .containsExactly("ada@example.org"));
            } finally {
                processes.forEach(Process::destroy);
                for (Process process : processes) {
                    process.waitFor();
                }
            }
        }
    }

    private static JsonNode completed(LogprobeClient client) {
        ObjectNode job = new ObjectMapper().createObjectNode();
        job.putObject("dataset").put("id", DemoFiles.DATASET);
        job.putArray("models").add(DemoFiles.MODEL);
        job.putArray("emails").add("ada@example.org");
        job.put("publish", true);
        String id = await().atMost(Duration.ofMinutes(3))
                .ignoreExceptions()
                .until(() -> client.submitJob(job).path("id").asText(), text -> !text.isEmpty());
        return await().atMost(Duration.ofMinutes(5))
                .until(
                        () -> client.job(id),
                        view -> !view.path("concludedAt").isNull()
                                && !view.at("/evaluations/0/pullRequest/state")
                                        .asText()
                                        .equals("PENDING"));
    }

    /// As the entry point of the image, with the options of its Java, and the environment of the manifest.
    private static Process start(String service, int port, Map<String, String> cluster) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "@jvm.options",
                        "-jar",
                        "quarkus-run.jar")
                .directory(IMAGES.resolve(service).resolve("application").toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(service + ".log").toFile());
        builder.environment().clear();
        for (JsonNode variable : pod(service).at("/containers/0/env")) {
            builder.environment().put(variable.get("name").asText(), value(variable, cluster));
        }
        assertThat(builder.environment()).containsKey("QUARKUS_HTTP_PORT");
        // What only a container has: a port and a file system of its own.
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        builder.environment()
                .computeIfPresent("LOGPROBE_WORKER_CACHE_DIRECTORY", (name, path) -> folder.resolve("cache")
                        .toString());
        return builder.start();
    }

    private static String value(JsonNode variable, Map<String, String> cluster) {
        if (variable.has("value")) {
            return variable.get("value").asText();
        }
        JsonNode source = variable.get("valueFrom");
        if (source.has("fieldRef")) {
            assertThat(source.at("/fieldRef/fieldPath").asText()).isEqualTo("metadata.name");
            return "pod-0";
        }
        String key = Stream.of("configMapKeyRef", "secretKeyRef")
                .map(source::path)
                .map(reference -> reference.path("key").asText())
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElseThrow();
        assertThat(cluster).containsKey(key);
        return cluster.get(key);
    }

    private static JsonNode pod(String service) throws IOException {
        return YAML.readTree(K8S.resolve("base/" + service + ".yaml").toFile()).at("/spec/template/spec");
    }

    /// `./logprobe images` where Docker, Podman and Buildah do as `commands` say.
    private static Outcome images(String commands, Object... arguments) throws Exception {
        Path tools = Files.createTempDirectory(folder, "tools");
        for (String name : List.of("docker", "podman", "buildah")) {
            Path tool = Files.writeString(tools.resolve(name), "#!/bin/sh\n" + commands + "\n");
            Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
        }
        List<Object> command =
                new ArrayList<>(List.of("env", "PATH=" + tools + ":" + System.getenv("PATH"), "../logprobe", "images"));
        command.addAll(List.of(arguments));
        return Outcome.of(command.toArray());
    }
}
