package io.logprobe.api.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.api.rows.DatasetRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredRowsTest {

    private static final int COUNT = 9;
    private static final byte[] CONTENT = IntStream.range(0, COUNT)
            .mapToObj(i ->
                    "{\"text\":\"%s\",\"classes\":[\" é\",\"\\n\"],\"target\":%d}\n".formatted("ä".repeat(i * i), i))
            .reduce("", String::concat)
            .getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 38, 39, 40, 41, 100, 1 << 20})
    void everyRowIsFoundWhereverChunksEnd(int chunkBytes) {
        StoredRows rows = cutInto(chunkBytes);

        for (int i = 0; i < COUNT; i++) {
            assertThat(rows.at(List.of(i), Long.MAX_VALUE)).containsExactly(row(i));
        }
        assertThat(rows.at(List.of(1, 4, 8), Long.MAX_VALUE)).containsExactly(row(1), row(4), row(8));
    }

    @Test
    void longRowsEndThePageButTheFirstIsAlwaysThere() {
        StoredRows rows = cutInto(64);

        assertThat(rows.at(List.of(0, 1, 2, 8), 150)).containsExactly(row(0), row(1), row(2));
        assertThat(rows.at(List.of(8, 0), 1)).containsExactly(row(8));
    }

    @Test
    void rowThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> cutInto(64).at(List.of(COUNT), Long.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the dataset has no row 9");
    }

    private static DatasetRow row(int index) {
        return new DatasetRow("ä".repeat(index * index), List.of(" é", "\n"), index);
    }

    private static StoredRows cutInto(int chunkBytes) {
        List<byte[]> chunks = new ArrayList<>();
        List<Integer> rowsBefore = new ArrayList<>();
        int rows = 0;
        for (int from = 0; from < CONTENT.length; from += chunkBytes) {
            byte[] chunk = Arrays.copyOfRange(CONTENT, from, Math.min(CONTENT.length, from + chunkBytes));
            chunks.add(chunk);
            rowsBefore.add(rows);
            rows += (int) IntStream.range(0, chunk.length)
                    .filter(i -> chunk[i] == '\n')
                    .count();
        }
        return new StoredRows(rowsBefore, chunks::get);
    }
}
