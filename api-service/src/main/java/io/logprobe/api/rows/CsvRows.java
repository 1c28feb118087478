package io.logprobe.api.rows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.logprobe.api.problem.Unacceptable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/// Reads comma-separated values (RFC 4180) whose first line names the columns. Every value is a string.
final class CsvRows {

    private static final CsvMapper CSV = CsvMapper.csvBuilder().build();
    private static final CsvSchema NAMED_BY_FIRST_LINE = CsvSchema.emptySchema().withHeader();

    private CsvRows() {}

    static void read(InputStream content, String file, RowSink sink) throws IOException {
        int number = 0;
        try (MappingIterator<Map<String, String>> rows =
                CSV.readerForMapOf(String.class).with(NAMED_BY_FIRST_LINE).readValues(content)) {
            while (rows.hasNextValue()) {
                ObjectNode row = JsonNodeFactory.instance.objectNode();
                rows.nextValue().forEach(row::put);
                number++;
                sink.accept(row);
            }
        } catch (JsonProcessingException e) {
            throw Unacceptable.invalid(file + " row " + (number + 1) + " is no CSV: " + e.getOriginalMessage(), e);
        }
    }
}
