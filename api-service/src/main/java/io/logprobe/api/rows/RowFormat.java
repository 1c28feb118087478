package io.logprobe.api.rows;

import java.util.Locale;
import java.util.Optional;

/// The file formats that rows are read from.
public enum RowFormat {
    /// One object per line, or one array of objects.
    JSON,
    /// Comma-separated, names of the columns in the first line.
    CSV,
    PARQUET;

    /// The format that a file's name promises.
    public static Optional<RowFormat> of(String path) {
        String extension = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (extension) {
            case "jsonl", "ndjson", "json" -> Optional.of(JSON);
            case "csv" -> Optional.of(CSV);
            case "parquet" -> Optional.of(PARQUET);
            default -> Optional.empty();
        };
    }
}
