package io.logprobe.notifier.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.store.FolderException;
import io.logprobe.contracts.Event;
import io.logprobe.contracts.Topics;
import io.logprobe.contracts.delivery.DeliveryEvent;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.notifier.Outcomes;
import io.logprobe.notifier.surroundings.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// A job that the notifier is told about, and what it says has become of it.
final class NotifiedJob implements AutoCloseable {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final UUID id = UUID.randomUUID();
    private final String model = "demo/model-" + id.toString().substring(0, 8);
    private final EvaluationCompleted evaluation = Outcomes.completed(id, UUID.randomUUID(), model);
    private final ObjectMapper json;
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, String> deliveries;
    private final List<DeliveryEvent> delivered = new ArrayList<>();

    NotifiedJob(String bootstrapServers, ObjectMapper json) {
        this.json = json;
        Surroundings.putModel(model, "---\nlicense: mit\n---\n# A model\n");
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringSerializer(), new ByteArraySerializer());
        deliveries = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "group.id",
                        "test-" + id,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
        deliveries.subscribe(List.of(Topics.DELIVERIES));
    }

    UUID id() {
        return id;
    }

    /// The one model of the job, in the local Hub.
    String model() {
        return model;
    }

    /// How it was evaluated.
    EvaluationCompleted evaluation() {
        return evaluation;
    }

    void publish(Event event) {
        try {
            producer.send(new ProducerRecord<>(event.topic(), event.key(), json.writeValueAsBytes(event)))
                    .get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// The first `count` deliveries of this job; fails if more come.
    List<DeliveryEvent> awaitDeliveries(int count) {
        await().atMost(LONG).until(() -> {
            poll(Duration.ofMillis(200));
            return delivered.size() >= count;
        });
        poll(Duration.ofMillis(300));
        assertThat(delivered).hasSize(count);
        return List.copyOf(delivered);
    }

    private void poll(Duration patience) {
        for (ConsumerRecord<String, String> record : deliveries.poll(patience)) {
            if (record.key().equals(id.toString())) {
                delivered.add(decode(record.value()));
            }
        }
    }

    private DeliveryEvent decode(String value) {
        try {
            return json.readValue(value, DeliveryEvent.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(value, e);
        }
    }

    /// The only event of its type.
    static <T extends DeliveryEvent> T only(List<DeliveryEvent> events, Class<T> type) {
        List<T> found = events.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).as("%s among %s", type.getSimpleName(), events).hasSize(1);
        return found.getFirst();
    }

    @Override
    public void close() throws FolderException {
        producer.close();
        deliveries.close();
        Surroundings.hub().forget();
        Surroundings.mailServer().purgeEmailFromAllMailboxes();
    }
}
