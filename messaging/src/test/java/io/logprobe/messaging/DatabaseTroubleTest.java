package io.logprobe.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTroubleTest {

    static Stream<Exception> passing() {
        return Stream.of(
                new OptimisticLockException("another one was faster"),
                new SQLTransientConnectionException("no connection"),
                new SQLException("Sorry, acquisition timeout!"));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void whatTellsOfNothingButTheMomentPasses(Exception trouble) {
        assertThat(DatabaseTrouble.isTransient(new PersistenceException("wrapped", trouble)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "40001", "40P01", "53100", "57P01"})
    void stateOfTheServerPasses(String sqlState) {
        assertThat(DatabaseTrouble.isTransient(new PersistenceException(new SQLException("trouble", sqlState))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"22001", "23505", "42P01"})
    void faultOfTheStatementStays(String sqlState) {
        assertThat(DatabaseTrouble.isTransient(new PersistenceException(new SQLException("fault", sqlState))))
                .isFalse();
    }

    @Test
    void faultThatHasNothingToDoWithTheDatabaseStays() {
        assertThat(DatabaseTrouble.isTransient(new IllegalStateException(new NullPointerException())))
                .isFalse();
    }
}
