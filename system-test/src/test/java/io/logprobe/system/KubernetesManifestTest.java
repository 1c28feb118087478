package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.logprobe.contracts.StopGrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a cluster would run: the four services with their probes and limits, and nothing that is named but missing.
class KubernetesManifestTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Path BASE = Path.of("../k8s/base");
    private static final long KUBERNETES_GRACE_SECONDS = 30;

    @ParameterizedTest
    @ValueSource(strings = {"../k8s/base", "../k8s/topics", "../k8s/overlays/gpu"})
    void everyResourceOfAKustomizationExistsAndNoneIsForgotten(String folder) throws IOException {
        Path kustomization = Path.of(folder, "kustomization.yaml");
        Set<String> listed = texts(YAML.readTree(kustomization.toFile()).get("resources"));

        assertThat(listed).allSatisfy(resource -> assertThat(kustomization.resolveSibling(resource))
                .exists());
        try (Stream<Path> files = Files.list(kustomization.getParent())) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".yaml") && !name.equals("kustomization.yaml")))
                    .isSubsetOf(listed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-service", "scheduler-service", "gpu-worker", "notifier-service"})
    void everyServiceHasProbesLimitsAndNoRights(String service) throws IOException {
        JsonNode pod = documents(BASE.resolve(service + ".yaml")).getFirst().at("/spec/template/spec");

        assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/terminationGracePeriodSeconds").asLong(KUBERNETES_GRACE_SECONDS))
                .isGreaterThanOrEqualTo(StopGrace.UNTIL_KILL.toSeconds());
        JsonNode container = pod.at("/containers/0");
        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/q/health/live");
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/q/health/ready");
        assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/q/health/started");
        assertThat(container.at("/resources/limits/memory").asText()).isNotBlank();
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(texts(container.at("/securityContext/capabilities/drop"))).containsExactly("ALL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-service", "scheduler-service", "gpu-worker", "notifier-service"})
    void everyKeyThatAServiceReadsIsConfigured(String service) throws IOException {
        Set<String> configured = new TreeSet<>();
        documents(BASE.resolve("configuration.yaml"))
                .getFirst()
                .get("data")
                .fieldNames()
                .forEachRemaining(configured::add);

        assertThat(documents(BASE.resolve(service + ".yaml")).getFirst().findValues("configMapKeyRef"))
                .isNotEmpty()
                .allSatisfy(reference ->
                        assertThat(configured).contains(reference.get("key").asText()));
    }

    @Test
    void workersKeepTheirNamesOverRestarts() throws IOException {
        assertThat(documents(BASE.resolve("gpu-worker.yaml"))
                        .getFirst()
                        .get("kind")
                        .asText())
                .isEqualTo("StatefulSet");
    }

    private static List<JsonNode> documents(Path file) throws IOException {
        return YAML.readerFor(JsonNode.class)
                .<JsonNode>readValues(file.toFile())
                .readAll();
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new TreeSet<>();
        StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).forEach(texts::add);
        return texts;
    }
}
