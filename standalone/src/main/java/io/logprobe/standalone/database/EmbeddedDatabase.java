package io.logprobe.standalone.database;

import io.logprobe.standalone.network.Port;
import io.logprobe.standalone.process.Leash;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/// A real PostgreSQL as a child of this process, durable, reachable on the loopback address alone. Its data stay in
/// its folder. One database per service.
public final class EmbeddedDatabase implements AutoCloseable {

    /// The databases that exist after the start, one per service that stores anything.
    public static final List<String> DATABASES = List.of("api", "scheduler", "notifier");

    private static final String USER = "postgres";

    private final EmbeddedPostgres server;
    private final Postmaster postmaster;
    private Leash leash;

    private EmbeddedDatabase(EmbeddedPostgres server, Postmaster postmaster) {
        this.server = server;
        this.postmaster = postmaster;
    }

    /// Starts on any free port.
    public static EmbeddedDatabase start(Path folder) {
        return start(folder, 0);
    }

    /// Starts a server on the data of `folder`. A server that an earlier start left behind there is stopped first.
    ///
    /// @param port port to listen on, 0 for any free one
    public static EmbeddedDatabase start(Path folder, int port) {
        Path root = folder.toAbsolutePath();
        Path data = root.resolve("data");
        stopLeft(data);
        try {
            Files.createDirectories(root);
            if (!Files.exists(data.resolve("PG_VERSION"))) {
                deleteUnfinished(data);
            }
            Redirect log = Redirect.appendTo(root.resolve("postgresql.log").toFile());
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPort(Port.choose(port, "PostgreSQL"))
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setOutputRedirector(log)
                    .setErrorRedirector(log)
                    // The library is made for tests and starts PostgreSQL without durability; these win.
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("shared_buffers", "64MB")
                    .setServerConfig("max_connections", "100")
                    .start();
            EmbeddedDatabase database =
                    new EmbeddedDatabase(server, Postmaster.of(data).orElseThrow());
            database.createMissingDatabases();
            return database;
        } catch (IOException e) {
            stopLeft(data);
            throw new UncheckedIOException("PostgreSQL cannot start in " + root + "; see postgresql.log there", e);
        } catch (RuntimeException e) {
            stopLeft(data);
            throw e;
        }
    }

    /// From now on it does not outlive this process, however that ends.
    public void holdBy(Leash holder) {
        holder.hold(postmaster.process().pid(), Leash.Signal.INT);
        leash = holder;
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + database;
    }

    public String username() {
        return USER;
    }

    /// Connections from this machine are trusted; the value only has to be there.
    public String password() {
        return USER;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL cannot be stopped", e);
        } finally {
            // It is asked by way of its folder, which somebody may have deleted.
            postmaster.stop();
            if (leash != null) {
                leash.release(postmaster.process().pid());
            }
        }
    }

    private static void stopLeft(Path data) {
        Postmaster.of(data).ifPresent(Postmaster::stop);
    }

    private void createMissingDatabases() {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String name : DATABASES) {
                if (!exists(statement, name)) {
                    statement.execute("create database " + name);
                }
            }
        } catch (SQLException e) {
            close();
            throw new IllegalStateException("the databases " + DATABASES + " cannot be created", e);
        }
    }

    private static boolean exists(Statement statement, String name) throws SQLException {
        try (ResultSet rows = statement.executeQuery("select 1 from pg_database where datname = '" + name + "'")) {
            return rows.next();
        }
    }

    /// An initialisation that was interrupted leaves a folder that PostgreSQL neither uses nor initialises again.
    private static void deleteUnfinished(Path data) throws IOException {
        if (Files.exists(data)) {
            try (var entries = Files.walk(data)) {
                for (Path entry :
                        entries.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(entry);
                }
            }
        }
    }
}
