package io.logprobe.api.rows;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.api.problem.Unacceptable;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Reads files of rows, checks every row and writes them in canonical form, one row in memory at a time.
@ApplicationScoped
public class Canonicaliser {

    private static final ObjectWriter JSON = JsonMapper.builder().build().writerFor(DatasetRow.class);

    private final RowLimits limits;

    Canonicaliser(RowLimits limits) {
        this.limits = limits;
    }

    /// The rows of `files` one after the other; the caller closes the result.
    ///
    /// @throws Unacceptable naming file, row and column of the first offence
    public CanonicalRows canonicalise(List<RowFile> files, ColumnMapping mapping) {
        Path copy = null;
        boolean complete = false;
        try {
            copy = TemporaryFile.create(".jsonl");
            CanonicalRows rows = write(files, mapping, copy);
            complete = true;
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!complete && copy != null) {
                delete(copy);
            }
        }
    }

    private CanonicalRows write(List<RowFile> files, ColumnMapping mapping, Path copy) throws IOException {
        MessageDigest digest = sha256();
        Tally tally;
        try (OutputStream out =
                new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(copy), 1 << 16), digest)) {
            tally = new Tally(mapping, out);
            long remaining = limits.maxBytes();
            for (RowFile file : files) {
                remaining -= read(file, mapping, remaining, tally);
            }
        }
        if (tally.rows == 0) {
            throw Unacceptable.invalid(names(files) + " has no rows");
        }
        return new CanonicalRows(
                copy,
                HexFormat.of().formatHex(digest.digest()),
                tally.rows,
                Files.size(copy),
                tally.fewestClasses,
                tally.mostClasses);
    }

    private long read(RowFile file, ColumnMapping mapping, long maxBytes, Tally tally) {
        tally.begin(file.name());
        try (CappedStream content = new CappedStream(open(file), maxBytes, file.name())) {
            switch (file.format()) {
                case JSON -> JsonRows.read(content, file.name(), tally);
                case CSV -> CsvRows.read(content, file.name(), tally);
                case PARQUET -> ParquetRows.read(content, file.name(), mapping, limits, tally);
            }
            return content.count();
        } catch (IOException e) {
            throw Unacceptable.unavailable(file.name() + " could not be read to its end", e);
        }
    }

    private static InputStream open(RowFile file) {
        return file.content().get();
    }

    private static String names(List<RowFile> files) {
        return String.join(", ", files.stream().map(RowFile::name).toList());
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Checks, writes and counts rows.
    private final class Tally implements RowSink {

        private final RowParser parser;
        private final OutputStream out;
        private String file = "";
        private int rowsBefore;
        private int rows;
        private int fewestClasses = Integer.MAX_VALUE;
        private int mostClasses;

        Tally(ColumnMapping mapping, OutputStream out) {
            this.parser = new RowParser(mapping, limits);
            this.out = out;
        }

        void begin(String name) {
            file = name;
            rowsBefore = rows;
        }

        @Override
        public void accept(ObjectNode columns) throws IOException {
            rows++;
            if (rows > limits.maxRows()) {
                throw Unacceptable.invalid(file + ": the split has more than " + limits.maxRows() + " rows");
            }
            DatasetRow row = parser.parse(columns, file + " row " + (rows - rowsBefore));
            fewestClasses = Math.min(fewestClasses, row.classes().size());
            mostClasses = Math.max(mostClasses, row.classes().size());
            out.write(JSON.writeValueAsBytes(row));
            out.write('\n');
        }
    }
}
