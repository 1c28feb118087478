package io.logprobe.api.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.api.Surroundings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/// Rows that an earlier release stored.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class RowsBeforeMigrationTest {

    private static final String SCHEMA = "earlier_release";

    @Inject
    DataSource database;

    @Test
    void rowsThatWereStoredBeforeAreCounted() throws SQLException {
        migrateTo("100");
        try (Connection connection = database.getConnection()) {
            for (String digest : List.of("a", "b")) {
                store(connection, digest, "{\"text\":\"ä\\\\n\"}\n{\"te", "xt\":\"", "\"}\n\n", "{}\n");
            }
        }

        migrateTo("101");

        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select rows_before from " + SCHEMA + ".dataset_chunk order by digest, ordinal")) {
            List<Integer> before = new ArrayList<>();
            while (rows.next()) {
                before.add(rows.getInt(1));
            }
            assertThat(before).containsExactly(0, 1, 1, 3, 0, 1, 1, 3);
        }
    }

    private void migrateTo(String version) {
        Flyway.configure()
                .dataSource(database)
                .schemas(SCHEMA)
                .locations("db/migration")
                .target(version)
                .load()
                .migrate();
    }

    private static void store(Connection connection, String digest, String... chunks) throws SQLException {
        try (PreparedStatement dataset = connection.prepareStatement(
                        "insert into " + SCHEMA + ".dataset values (?, 1, 1, 1, 1, now())");
                PreparedStatement chunk =
                        connection.prepareStatement("insert into " + SCHEMA + ".dataset_chunk values (?, ?, ?)")) {
            dataset.setString(1, digest);
            dataset.executeUpdate();
            for (int ordinal = 0; ordinal < chunks.length; ordinal++) {
                chunk.setString(1, digest);
                chunk.setInt(2, ordinal);
                chunk.setBytes(3, chunks[ordinal].getBytes(StandardCharsets.UTF_8));
                chunk.executeUpdate();
            }
        }
    }
}
