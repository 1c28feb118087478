package io.logprobe.notifier.surroundings;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.logprobe.messaging.testing.Neighbours;
import io.logprobe.messaging.testing.Wire;
import io.logprobe.standalone.broker.EmbeddedBroker;
import io.logprobe.standalone.database.EmbeddedDatabase;
import io.logprobe.standalone.hub.LocalHub;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Everything the notifier talks to, real: PostgreSQL, Kafka, the local Hub, a mail server. Hub and mail server are
/// reached through doors that can be made to fail.
public class Surroundings implements QuarkusTestResourceLifecycleManager {

    private static Neighbours neighbours;
    private static LocalHub localHub;
    private static FaultyHub hub;
    private static GreenMail mailServer;
    private static FaultySmtp smtp;
    private static EmbeddedDatabase database;
    private static Wire wire;

    @Override
    public Map<String, String> start() {
        neighbours = new Neighbours();
        database = neighbours.add(EmbeddedDatabase.start(neighbours.folder("database")));
        EmbeddedBroker broker = neighbours.add(EmbeddedBroker.start(neighbours.folder("broker"), 0));
        wire = neighbours.add(new Wire(broker.bootstrapServers()));
        ServerSetup setup = new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
        setup.setServerStartupTimeout(Wire.PATIENCE.toMillis());
        mailServer = new GreenMail(setup);
        AutoCloseable running = mailServer::stop;
        neighbours.add(running);
        mailServer.start();
        try {
            localHub = neighbours.add(LocalHub.start(neighbours.folder("hub"), 0));
            hub = neighbours.add(new FaultyHub(localHub.uri()));
            smtp = neighbours.add(new FaultySmtp(mailServer.getSmtp().getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> configuration = new HashMap<>();
        configuration.put("quarkus.datasource.jdbc.url", database.jdbcUrl("notifier"));
        configuration.put("quarkus.datasource.username", database.username());
        configuration.put("quarkus.datasource.password", database.password());
        configuration.put("quarkus.datasource.jdbc.acquisition-timeout", Wire.PATIENCE.toString());
        configuration.put("kafka.bootstrap.servers", broker.bootstrapServers());
        configuration.put("logprobe.hub.url", hub.uri().toString());
        configuration.put("logprobe.hub.token", "hf_evaluator");
        configuration.put("quarkus.mailer.mock", "false");
        configuration.put("quarkus.mailer.host", "127.0.0.1");
        configuration.put("quarkus.mailer.port", Integer.toString(smtp.port()));
        configuration.put("logprobe.notifier.settling", "300ms");
        configuration.put("logprobe.notifier.first-pause", "50ms");
        configuration.put("logprobe.notifier.longest-pause", "1s");
        configuration.put("quarkus.http.test-port", "0");
        return configuration;
    }

    @Override
    public void stop() {
        neighbours.close();
    }

    public static FaultyHub hub() {
        return hub;
    }

    public static FaultySmtp smtp() {
        return smtp;
    }

    public static Wire wire() {
        return wire;
    }

    /// From now on nothing goes wrong, and nothing has happened yet.
    public static void forget() {
        hub.forget();
        smtp.forget();
        try {
            mailServer.purgeEmailFromAllMailboxes();
        } catch (FolderException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Address of the Hub behind the faulty door.
    static URI localHub() {
        return localHub.uri();
    }

    /// Breaks every connection that the notifier has to its database, as a restart of it does.
    public static void breakDatabaseConnections() {
        try (Connection connection = DriverManager.getConnection(
                        database.jdbcUrl("notifier"), database.username(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                    + " where datname = current_database() and pid <> pg_backend_pid()");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A model folder with a README.
    public static void putModel(String id, String readme) {
        try {
            Path model = neighbours.folder("hub/models").resolve(id);
            Files.createDirectories(model);
            Files.writeString(model.resolve("config.json"), "{\"model_type\":\"opt\"}", StandardCharsets.UTF_8);
            Files.writeString(model.resolve("README.md"), readme, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The e-mails that arrived.
    public static List<MimeMessage> mails() {
        return Arrays.asList(mailServer.getReceivedMessages());
    }

    public static String text(MimeMessage mail) throws MessagingException, IOException {
        return new String(mail.getRawInputStream().readAllBytes(), StandardCharsets.UTF_8).replace("=\r\n", "");
    }
}
