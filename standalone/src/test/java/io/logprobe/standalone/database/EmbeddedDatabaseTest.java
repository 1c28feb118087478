package io.logprobe.standalone.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.standalone.process.Leash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {

    @TempDir
    Path folder;

    @Test
    void isDurable() throws SQLException {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
            assertThat(query(database, "show fsync")).isEqualTo("on");
            assertThat(query(database, "show synchronous_commit")).isEqualTo("on");
            assertThat(query(database, "show full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void offersOneDatabasePerService() throws SQLException {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
            for (String name : EmbeddedDatabase.DATABASES) {
                try (Connection connection = connect(database, name)) {
                    assertThat(connection.getCatalog()).isEqualTo(name);
                }
            }
        }
    }

    @Test
    void keepsRowsOverARestart() throws SQLException {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
            execute(database, "create table job as select 'kept' as state");
        }

        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
            assertThat(query(database, "select state from job")).isEqualTo("kept");
        }
    }

    @Test
    void replacesAServerThatWasLeftBehind() throws Exception {
        AbandonedDatabase.leaveIn(folder);
        Postmaster left = Postmaster.of(data()).orElseThrow();

        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
            assertThat(left.process().isAlive()).isFalse();
            assertThat(query(database, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void isStoppedThoughItsFolderIsGone() throws IOException {
        EmbeddedDatabase database = EmbeddedDatabase.start(folder);
        Postmaster server = Postmaster.of(data()).orElseThrow();
        Files.move(data(), folder.resolve("elsewhere"));

        database.close();

        assertThat(server.process().isAlive()).isFalse();
    }

    @Test
    void endsWithTheProcessThatStartedIt() {
        Leash leash = Leash.start();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
            database.holdBy(leash);
            Postmaster server = Postmaster.of(data()).orElseThrow();

            leash.close();

            assertThat(server.process().onExit()).succeedsWithin(Duration.ofMinutes(1));
        }
    }

    @Test
    void lockFileThatNamesNobodyIsNobodys() throws IOException {
        Files.writeString(Files.createDirectories(data()).resolve("postmaster.pid"), "");

        assertThat(Postmaster.of(data())).isEmpty();
    }

    @Test
    void beginsAnewAfterAnInterruptedInitialisation() throws Exception {
        Files.createDirectories(folder.resolve("data/base"));
        Files.writeString(folder.resolve("data/postgresql.conf"), "# half written");

        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder)) {
            assertThat(query(database, "select 1")).isEqualTo("1");
        }
    }

    private Path data() {
        return folder.toAbsolutePath().resolve("data");
    }

    private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database, "api");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database, "api");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static Connection connect(EmbeddedDatabase database, String name) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(name), database.username(), database.password());
    }
}
