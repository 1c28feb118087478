package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.logprobe.contracts.Topics;
import io.logprobe.contracts.job.JobSubmitted;
import io.logprobe.contracts.job.JobSubmitted.RequestedEvaluation;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.ScoringOptions;
import io.logprobe.messaging.testing.Wire;
import io.logprobe.standalone.broker.EmbeddedBroker;
import io.logprobe.standalone.database.EmbeddedDatabase;
import io.logprobe.standalone.network.Port;
import io.logprobe.standalone.process.Leash;
import io.logprobe.standalone.service.ServiceProcess;
import io.logprobe.standalone.service.ServiceSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A service that is stopped in the middle of its work, between a real broker and a real database: what it has not
/// done by then, its next start does.
class StopIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int BACKLOG = 600;

    /// Makes the service as slow as on a database that is hardly able to cope: the backlog lasts for half a minute.
    private static final String SLOW = """
            create function pause() returns trigger language plpgsql as
              'begin perform pg_sleep(0.05); return new; end';
            create trigger slow before insert on inbox_entry for each row execute function pause()
            """;

    @TempDir
    Path folder;

    private final List<String> notices = new CopyOnWriteArrayList<>();
    private final Leash leash = Leash.start();
    private EmbeddedBroker broker;
    private EmbeddedDatabase database;
    private ServiceProcess service;

    @BeforeEach
    void startSurroundings() {
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        database = EmbeddedDatabase.start(folder.resolve("database"));
    }

    @AfterEach
    void stopEverything() {
        service.close();
        leash.close();
        database.close();
        broker.close();
    }

    @Test
    void backlogThatASlowServiceWasStoppedInIsWorkedOffByTheNextStart() throws Exception {
        start();
        execute(SLOW);
        submitJobs();
        await().atMost(PATIENCE).until(() -> count("select count(*) from job") > 20);

        service.close();

        assertThat(notices).isEmpty();
        assertThat(count("select count(*) from job"))
                .as("it was stopped in the middle")
                .isLessThan(BACKLOG);
        execute("drop trigger slow on inbox_entry");
        start();
        await().atMost(PATIENCE).until(() -> count("select count(*) from job") == BACKLOG);
        assertThat(deadLetters(Topics.JOBS)).isZero();
        assertThat(Files.lines(folder.resolve("logs/scheduler-service.log"))).noneMatch(line -> line.contains("ERROR"));
    }

    private void start() {
        ServiceSpec spec = new ServiceSpec(
                "scheduler-service",
                Path.of("../scheduler-service/target/quarkus-app").toAbsolutePath(),
                Port.choose(0, "the service"),
                List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"),
                Map.of(
                        "kafka.bootstrap.servers", broker.bootstrapServers(),
                        "quarkus.datasource.jdbc.url", database.jdbcUrl("scheduler"),
                        "quarkus.datasource.username", database.username(),
                        "quarkus.datasource.password", database.password()),
                Map.of());
        service = ServiceProcess.start(spec, folder, leash, notices::add);
        service.awaitReady(PATIENCE);
    }

    private void submitJobs() {
        ObjectMapper json =
                new ObjectMapper().findAndRegisterModules().disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
        String revision = "0123456789abcdef0123456789abcdef01234567";
        try (Wire wire = new Wire(broker.bootstrapServers(), json)) {
            for (int job = 0; job < BACKLOG; job++) {
                wire.write(new JobSubmitted(
                        new UUID(0, job),
                        Instant.now(),
                        new DatasetRevision("owner/data", "default", "test", revision, "b".repeat(64), 1),
                        ScoringOptions.DEFAULT,
                        List.of(new RequestedEvaluation(
                                new UUID(1, job), new ModelRevision("owner/model", revision, null, "opt", 1000, 2000))),
                        false,
                        List.of()));
            }
        }
    }

    private long deadLetters(String topic) {
        TopicPartition partition = new TopicPartition(Topics.deadLetterOf(topic), 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return consumer.endOffsets(List.of(partition)).get(partition);
        }
    }

    private long count(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl("scheduler"), database.username(), database.password());
    }
}
