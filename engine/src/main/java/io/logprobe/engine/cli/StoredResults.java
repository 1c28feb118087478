package io.logprobe.engine.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.logprobe.engine.checkpoint.JsonFault;
import io.logprobe.engine.failure.FileFault;
import io.logprobe.engine.failure.InvalidInput;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Results that `score` wrote, read again for their metrics.
///
/// @param file named in messages
record StoredResults(Path file, List<Row> rows) {

    private static final ObjectReader OBJECT =
            JsonMapper.builder().build().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /// @param target null where the example has none
    record Row(List<Double> logprobs, List<Integer> tokenCounts, Integer target) {}

    /// @throws InvalidInput naming file, line and field
    static StoredResults read(Path file) {
        List<Row> rows = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String where = file + " line " + (rows.size() + 1);
                JsonNode json = OBJECT.readTree(line);
                if (json.path("index").intValue() != rows.size()) {
                    throw new InvalidInput(where + ": index is " + json.path("index") + ", not " + rows.size());
                }
                rows.add(row(json, where));
            }
        } catch (JsonProcessingException e) {
            throw new InvalidInput(file + " line " + (rows.size() + 1) + " is not JSON: " + JsonFault.describe(e), e);
        } catch (CharacterCodingException e) {
            throw new InvalidInput(file + " is not UTF-8", e);
        } catch (IOException e) {
            throw new InvalidInput(file + " cannot be read: " + FileFault.describe(e), e);
        }
        if (rows.isEmpty()) {
            throw new InvalidInput(file + " has no results");
        }
        return new StoredResults(file, rows);
    }

    private static Row row(JsonNode json, String where) {
        List<Double> logprobs = new ArrayList<>();
        for (JsonNode logprob : json.path("logprobs")) {
            if (!logprob.isNumber() || logprob.doubleValue() > 0) {
                throw new InvalidInput(where + ": logprobs[" + logprobs.size() + "] is " + logprob);
            }
            logprobs.add(logprob.doubleValue());
        }
        List<Integer> counts = new ArrayList<>();
        for (JsonNode count : json.path("token_counts")) {
            if (!count.isInt() || count.intValue() < 1) {
                throw new InvalidInput(where + ": token_counts[" + counts.size() + "] is " + count);
            }
            counts.add(count.intValue());
        }
        if (json.path("logprobs").isMissingNode()) {
            throw new InvalidInput(where + " has no logprobs: results are written by the command score");
        }
        if (logprobs.isEmpty() || counts.size() != logprobs.size()) {
            throw new InvalidInput(where + ": " + logprobs.size() + " logprobs and " + counts.size() + " token_counts");
        }
        JsonNode target = json.path("target");
        if (target.isMissingNode() || target.isNull()) {
            return new Row(logprobs, counts, null);
        }
        if (!target.isInt() || target.intValue() < 0 || target.intValue() >= logprobs.size()) {
            throw new InvalidInput(where + ": target is " + target);
        }
        return new Row(logprobs, counts, target.intValue());
    }

    /// Requires that other results are of the same examples.
    void requireSameExamples(StoredResults other) {
        requireCount(other.file, other.rows.size());
        for (int i = 0; i < rows.size(); i++) {
            Row mine = rows.get(i);
            Row theirs = other.rows.get(i);
            requireClasses(i, other.file, theirs.logprobs.size());
            if (mine.target != null && !mine.target.equals(theirs.target)) {
                throw new InvalidInput("row " + i + ": target is " + mine.target + " in " + file + " and "
                        + theirs.target + " in " + other.file);
            }
        }
    }

    void requireCount(Path other, int count) {
        if (count != rows.size()) {
            throw new InvalidInput(file + " has " + rows.size() + " rows, " + other + " has " + count);
        }
    }

    void requireClasses(int row, Path other, int classes) {
        if (classes != rows.get(row).logprobs.size()) {
            throw new InvalidInput("row " + row + ": " + rows.get(row).logprobs.size() + " classes in " + file + ", "
                    + classes + " in " + other);
        }
    }
}
