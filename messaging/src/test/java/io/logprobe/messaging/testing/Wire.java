package io.logprobe.messaging.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.contracts.Event;
import io.logprobe.contracts.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Every other service, as far as the tested one can tell: writes what they would write and reads what they would read.
public final class Wire implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ObjectMapper json;
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final List<ConsumerRecord<String, byte[]>> seen = new ArrayList<>();

    public Wire(String bootstrapServers, ObjectMapper json) {
        this.json = json;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringSerializer(), new ByteArraySerializer());
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "group.id",
                        "wire-" + UUID.randomUUID(),
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(
                Stream.concat(Topics.ALL.stream(), Topics.ALL.stream().map(Topics::deadLetterOf))
                        .toList());
    }

    public void write(Event event) {
        try {
            write(event.topic(), event.key(), json.writeValueAsBytes(event));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void write(String topic, String key, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Waits for the first event of the type that fits.
    public <E extends Event> E awaitEvent(Class<E> type, Predicate<E> fits) {
        return await().atMost(PATIENCE)
                .until(() -> events(type).filter(fits).toList(), found -> !found.isEmpty())
                .getFirst();
    }

    /// Every event of the type that has been read so far, oldest first.
    public <E extends Event> Stream<E> events(Class<E> type) {
        poll();
        return seen.stream()
                .filter(record -> new String(record.value(), StandardCharsets.UTF_8)
                        .contains("\"type\":\"" + type.getSimpleName() + "\""))
                .filter(record -> !record.topic().endsWith(".dlq"))
                .map(record -> read(record, type));
    }

    /// The records of one topic that have been read so far.
    public Stream<ConsumerRecord<String, byte[]>> records(String topic) {
        poll();
        return seen.stream().filter(record -> record.topic().equals(topic));
    }

    private void poll() {
        consumer.poll(Duration.ofMillis(100)).forEach(seen::add);
    }

    private <E extends Event> E read(ConsumerRecord<String, byte[]> record, Class<E> type) {
        try {
            return json.readValue(record.value(), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
