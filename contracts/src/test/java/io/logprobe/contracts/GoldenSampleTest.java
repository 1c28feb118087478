package io.logprobe.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.logprobe.contracts.command.WorkerCommand;
import io.logprobe.contracts.delivery.DeliveryEvent;
import io.logprobe.contracts.evaluation.EvaluationEvent;
import io.logprobe.contracts.job.JobEvent;
import io.logprobe.contracts.node.NodeEvent;
import io.logprobe.contracts.outcome.OutcomeEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Samples are never removed or changed: what was written once must be read for ever. The newest sample of each
/// type is what the code writes today.
class GoldenSampleTest {

    private static final Path SAMPLES = Path.of("src/main/resources/contracts/samples");

    private static final List<Class<? extends Event>> TOPIC_TYPES = List.of(
            JobEvent.class,
            WorkerCommand.class,
            EvaluationEvent.class,
            NodeEvent.class,
            OutcomeEvent.class,
            DeliveryEvent.class);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    static Stream<Path> everySample() throws IOException {
        try (Stream<Path> files = Files.walk(SAMPLES)) {
            return files.filter(Files::isRegularFile).sorted().toList().stream();
        }
    }

    static Stream<Event> everyEvent() {
        return EventExamples.all().stream();
    }

    @ParameterizedTest
    @MethodSource("everySample")
    void everySampleEverCommittedIsRead(Path sample) throws IOException {
        String type = sample.getParent().getFileName().toString();

        Event event = JSON.readValue(Files.readString(sample), topicTypeOf(type));

        assertThat(event.getClass().getSimpleName()).isEqualTo(type);
        assertThat(event.eventId()).isNotBlank();
        assertThat(event.key()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("everySample")
    void fieldsOfNewerWritersAreIgnored(Path sample) throws IOException {
        String type = sample.getParent().getFileName().toString();
        ObjectNode newer = (ObjectNode) JSON.readTree(Files.readString(sample));
        newer.put("fieldOfTheFuture", 1);

        Event event = JSON.treeToValue(newer, topicTypeOf(type));

        assertThat(event).isEqualTo(JSON.readValue(Files.readString(sample), topicTypeOf(type)));
    }

    @ParameterizedTest
    @MethodSource("everyEvent")
    void newestSampleIsWhatIsWrittenToday(Event event) throws IOException {
        JsonNode written = JSON.readTree(JSON.writeValueAsString(event));

        assertThat(written).isEqualTo(JSON.readTree(Files.readString(newestSample(event.getClass()))));
    }

    @ParameterizedTest
    @MethodSource("everyEvent")
    void newestSampleIsReadAsTheSameEvent(Event event) throws IOException {
        Event read = JSON.readValue(
                Files.readString(newestSample(event.getClass())),
                topicTypeOf(event.getClass().getSimpleName()));

        assertThat(read).isEqualTo(event);
    }

    @Test
    void everyTypeHasAnExample() {
        Stream<Class<?>> types =
                TOPIC_TYPES.stream().flatMap(topicType -> Arrays.stream(topicType.getPermittedSubclasses()));

        assertThat(types)
                .containsExactlyInAnyOrderElementsOf(
                        everyEvent().<Class<?>>map(Event::getClass).toList());
    }

    @Test
    void everyPermittedTypeIsNamedForJson() {
        assertThat(TOPIC_TYPES).allSatisfy(topicType -> {
            JsonSubTypes named = topicType.getAnnotation(JsonSubTypes.class);
            assertThat(Arrays.stream(named.value()).map(JsonSubTypes.Type::value))
                    .containsExactlyInAnyOrder(topicType.getPermittedSubclasses());
        });
    }

    private static Class<? extends Event> topicTypeOf(String type) {
        return TOPIC_TYPES.stream()
                .filter(topicType -> Arrays.stream(topicType.getPermittedSubclasses())
                        .anyMatch(permitted -> permitted.getSimpleName().equals(type)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no event type is named " + type));
    }

    private static Path newestSample(Class<?> type) throws IOException {
        try (Stream<Path> samples = Files.list(SAMPLES.resolve(type.getSimpleName()))) {
            return samples.max(Path::compareTo).orElseThrow();
        }
    }
}
