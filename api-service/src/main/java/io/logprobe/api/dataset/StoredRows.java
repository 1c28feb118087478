package io.logprobe.api.dataset;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.logprobe.api.rows.DatasetRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// Finds single rows in the chunks of a dataset. A row is a line, and its index the number of line ends before it; it
/// may begin in one chunk and end in a later one.
final class StoredRows {

    private static final ObjectReader JSON = JsonMapper.builder().build().readerFor(DatasetRow.class);

    private final List<Integer> rowsBefore;
    private final IntFunction<byte[]> chunks;
    private int loaded = -1;
    private byte[] chunk;

    /// @param rowsBefore how many rows end before each chunk
    /// @param chunks the content of each chunk
    StoredRows(List<Integer> rowsBefore, IntFunction<byte[]> chunks) {
        this.rowsBefore = List.copyOf(rowsBefore);
        this.chunks = chunks;
    }

    /// The rows at these indexes, but no more of them than have `maxBytes` together; at least the first.
    List<DatasetRow> at(List<Integer> indexes, long maxBytes) {
        List<DatasetRow> rows = new ArrayList<>(indexes.size());
        long bytes = 0;
        for (int index : indexes) {
            byte[] line = line(index);
            bytes += line.length;
            if (bytes > maxBytes && !rows.isEmpty()) {
                break;
            }
            rows.add(decode(line));
        }
        return rows;
    }

    private byte[] line(int index) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int ordinal = firstChunkOf(index);
        int skip = index - rowsBefore.get(ordinal);
        for (; ordinal < rowsBefore.size(); ordinal++) {
            byte[] content = content(ordinal);
            int begin = 0;
            for (int at = 0; at < content.length; at++) {
                if (content[at] == '\n') {
                    if (skip == 0) {
                        line.write(content, begin, at - begin);
                        return line.toByteArray();
                    }
                    skip--;
                    begin = at + 1;
                }
            }
            if (skip == 0) {
                line.write(content, begin, content.length - begin);
            }
        }
        throw new IllegalArgumentException("the dataset has no row " + index);
    }

    /// The last chunk before which fewer rows have ended: in it ends the row before.
    private int firstChunkOf(int index) {
        int ordinal = 0;
        while (ordinal + 1 < rowsBefore.size() && rowsBefore.get(ordinal + 1) < index) {
            ordinal++;
        }
        return ordinal;
    }

    private byte[] content(int ordinal) {
        if (ordinal != loaded) {
            chunk = chunks.apply(ordinal);
            loaded = ordinal;
        }
        return chunk;
    }

    private static DatasetRow decode(byte[] line) {
        try {
            return JSON.readValue(line);
        } catch (IOException e) {
            throw new UncheckedIOException("a stored row cannot be read", e);
        }
    }
}
