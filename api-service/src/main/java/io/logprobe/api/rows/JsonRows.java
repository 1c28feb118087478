package io.logprobe.api.rows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.api.problem.JsonFault;
import io.logprobe.api.problem.Unacceptable;
import java.io.IOException;
import java.io.InputStream;

/// Reads JSON Lines, and an array of objects.
final class JsonRows {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private JsonRows() {}

    static void read(InputStream content, String file, RowSink sink) throws IOException {
        int number = 0;
        try (MappingIterator<JsonNode> rows = JSON.readerFor(JsonNode.class).readValues(content)) {
            while (rows.hasNextValue()) {
                JsonNode value = rows.nextValue();
                number++;
                if (!(value instanceof ObjectNode row)) {
                    throw Unacceptable.invalid(file + " row " + number + " is no JSON object");
                }
                sink.accept(row);
            }
        } catch (JsonProcessingException e) {
            throw Unacceptable.invalid(file + " row " + (number + 1) + " is no JSON: " + JsonFault.describe(e), e);
        }
    }
}
