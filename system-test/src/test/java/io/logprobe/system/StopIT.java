package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.logprobe.contracts.Topics;
import io.logprobe.contracts.evaluation.Conclusion;
import io.logprobe.contracts.job.JobSubmitted;
import io.logprobe.contracts.job.JobSubmitted.RequestedEvaluation;
import io.logprobe.contracts.outcome.JobConcluded;
import io.logprobe.contracts.outcome.JobConcluded.EvaluationResult;
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
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
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

/// A service between a real broker and a real database that is stopped in the middle of its work, or whose database
/// stalls: what it has not done by then, it does later.
class StopIT {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int BACKLOG = 600;
    private static final String REVISION = "0123456789abcdef0123456789abcdef01234567";

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
        try {
            if (service != null) {
                service.close();
            }
        } finally {
            leash.close();
            database.close();
            broker.close();
        }
    }

    @Test
    void backlogThatASlowServiceWasStoppedInIsWorkedOffByTheNextStart() throws Exception {
        startScheduler(Map.of());
        slowDown(0.5);
        submitJobs(BACKLOG);
        await().atMost(PATIENCE).until(() -> count("select count(*) from job") > 2);

        service.close();

        assertThat(notices).isEmpty();
        assertThat(count("select count(*) from job"))
                .as("it was stopped in the middle")
                .isLessThan(BACKLOG);
        execute("drop trigger slow on inbox_entry");
        startScheduler(Map.of());
        await().atMost(PATIENCE).until(() -> count("select count(*) from job") == BACKLOG);
        assertThat(deadLetters(Topics.JOBS)).isZero();
        assertThat(log("scheduler-service")).doesNotContain("ERROR");
    }

    @Test
    void serviceEndsInOrderInItsTimeThoughAMailServerNeverAnswers() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            start(
                    "notifier-service",
                    "notifier",
                    Map.of(
                            "quarkus.mailer.host", "127.0.0.1",
                            "quarkus.mailer.port", Integer.toString(silent.getLocalPort()),
                            "logprobe.hub.url", "http://127.0.0.1:1"));
            try (Wire wire = wire()) {
                wire.write(new JobConcluded(
                        new UUID(0, 1),
                        dataset(),
                        List.of(new EvaluationResult(new UUID(1, 1), model(), Conclusion.CANCELLED, null, null)),
                        false,
                        List.of("ada@example.org")));
            }
            silent.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            silent.accept();

            service.close();
        }

        assertThat(notices).as("nothing was killed").isEmpty();
        assertThat(log("notifier-service")).contains("deliveries are still under way");
    }

    @Test
    void recordWaitsForADatabaseThatStallsForLongerThanATransactionMayTake() throws Exception {
        startScheduler(Map.of("logprobe.messaging.transaction-timeout", "1s"));
        slowDown(3);
        submitJobs(1);
        await().atMost(PATIENCE).until(() -> log("scheduler-service").contains("waits for the database"));

        execute("drop trigger slow on inbox_entry");

        await().atMost(PATIENCE).until(() -> count("select count(*) from job") == 1);
        assertThat(deadLetters(Topics.JOBS)).isZero();
    }

    private void startScheduler(Map<String, String> more) {
        start("scheduler-service", "scheduler", more);
    }

    /// As slow as on a database that is hardly able to cope.
    ///
    /// @param seconds that each record takes
    private void slowDown(double seconds) throws SQLException {
        execute("""
                create function pause() returns trigger language plpgsql as
                  'begin perform pg_sleep(%s); return new; end';
                create trigger slow before insert on inbox_entry for each row execute function pause()
                """.formatted(seconds));
    }

    private void start(String name, String databaseName, Map<String, String> more) {
        Map<String, String> configuration = new HashMap<>(more);
        configuration.put("kafka.bootstrap.servers", broker.bootstrapServers());
        configuration.put("quarkus.datasource.jdbc.url", database.jdbcUrl(databaseName));
        configuration.put("quarkus.datasource.username", database.username());
        configuration.put("quarkus.datasource.password", database.password());
        configuration.put("quarkus.datasource.jdbc.acquisition-timeout", PATIENCE.toString());
        ServiceSpec spec = new ServiceSpec(
                name,
                Path.of("..", name, "target/quarkus-app").toAbsolutePath(),
                Port.choose(0, "the service"),
                List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"),
                configuration,
                Map.of());
        service = ServiceProcess.start(spec, folder, leash, notices::add);
        service.awaitReady(PATIENCE);
    }

    private String log(String name) throws IOException {
        return Files.readString(folder.resolve("logs").resolve(name + ".log"));
    }

    private Wire wire() {
        return new Wire(broker.bootstrapServers());
    }

    private static ModelRevision model() {
        return new ModelRevision("owner/model", REVISION, null, "opt", 1000, 2000);
    }

    private static DatasetRevision dataset() {
        return new DatasetRevision("owner/data", "default", "test", REVISION, "b".repeat(64), 1);
    }

    private void submitJobs(int count) {
        try (Wire wire = wire()) {
            for (int job = 0; job < count; job++) {
                wire.write(new JobSubmitted(
                        new UUID(0, job),
                        Instant.now(),
                        dataset(),
                        ScoringOptions.DEFAULT,
                        List.of(new RequestedEvaluation(new UUID(1, job), model())),
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
