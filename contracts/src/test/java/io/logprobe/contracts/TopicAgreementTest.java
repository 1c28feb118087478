package io.logprobe.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The constants, the AsyncAPI document, the topics that are deployed and the samples name the same things.
class TopicAgreementTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Path ASYNC_API = Path.of("src/main/asyncapi/asyncapi.yaml");
    private static final Path DEPLOYED = Path.of("../k8s/topics");

    @Test
    void asyncApiDescribesExactlyTheTopicsAndTheirEvents() throws IOException {
        Map<String, Set<String>> described = new TreeMap<>();
        for (JsonNode channel : YAML.readTree(ASYNC_API.toFile()).get("channels")) {
            Set<String> messages = new TreeSet<>();
            channel.get("messages").fieldNames().forEachRemaining(messages::add);
            described.put(channel.get("address").asText(), messages);
        }

        Map<String, Set<String>> written = new TreeMap<>();
        for (Event event : EventExamples.all()) {
            written.computeIfAbsent(event.topic(), topic -> new TreeSet<>())
                    .add(event.getClass().getSimpleName());
        }
        assertThat(described).isEqualTo(written);
    }

    @Test
    void deployedTopicsAreExactlyTheTopicsAndTheirDeadLetters() throws IOException {
        List<String> deployed = new ArrayList<>();
        try (Stream<Path> files = Files.list(DEPLOYED)) {
            for (Path file :
                    files.filter(path -> !path.endsWith("kustomization.yaml")).toList()) {
                for (JsonNode topic : YAML.readerFor(JsonNode.class)
                        .<JsonNode>readValues(file.toFile())
                        .readAll()) {
                    deployed.add(topic.get("spec").get("topicName").asText());
                }
            }
        }

        assertThat(deployed)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Topics.ALL.stream(), Topics.ALL.stream().map(Topics::deadLetterOf))
                                .toList());
    }
}
