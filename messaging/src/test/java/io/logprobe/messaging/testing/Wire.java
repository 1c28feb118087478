package io.logprobe.messaging.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.logprobe.contracts.Event;
import io.logprobe.contracts.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Every other service, as far as the tested one can tell: writes what they would write and reads what they would read.
///
/// What it reads is everything that stands on the topics when it is asked, whichever of them that is on.
public final class Wire implements AutoCloseable {

    /// How long tests wait for what comes by several parts; a machine may be busy.
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final ObjectMapper JSON =
            new ObjectMapper().findAndRegisterModules().disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final List<ConsumerRecord<String, byte[]>> seen = new ArrayList<>();

    public Wire(String bootstrapServers) {
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringSerializer(), new ByteArraySerializer());
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(Topics.ALL.stream()
                .flatMap(topic -> Stream.of(topic, Topics.deadLetterOf(topic)))
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList());
    }

    public void write(Event event) {
        try {
            write(event.topic(), event.key(), JSON.writeValueAsBytes(event));
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
        return await().pollInSameThread()
                .atMost(PATIENCE)
                .until(() -> events(type).filter(fits).toList(), found -> !found.isEmpty())
                .getFirst();
    }

    /// Every event of the type, oldest first.
    public <E extends Event> Stream<E> events(Class<E> type) {
        readToTheEnd();
        return seen.stream()
                .filter(record -> new String(record.value(), StandardCharsets.UTF_8)
                        .contains("\"type\":\"" + type.getSimpleName() + "\""))
                .filter(record -> !record.topic().endsWith(".dlq"))
                .map(record -> read(record, type));
    }

    /// The records of one topic.
    public Stream<ConsumerRecord<String, byte[]>> records(String topic) {
        readToTheEnd();
        return seen.stream().filter(record -> record.topic().equals(topic));
    }

    private void readToTheEnd() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the broker does not hand out what it has: " + ends);
            }
            consumer.poll(Duration.ofMillis(100)).forEach(seen::add);
        }
    }

    /// What a record of the type's topic says.
    public static <E extends Event> E read(ConsumerRecord<String, byte[]> record, Class<E> type) {
        try {
            return JSON.readValue(record.value(), type);
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
