package io.logprobe.api.rows;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Rows in canonical form on disk until they are stored: one JSON object `{"text","classes","target"}` a line.
///
/// @param file where they are; deleted on closing
/// @param digest SHA-256 of exactly these bytes
/// @param exampleCount number of rows
/// @param bytes length of the file
/// @param fewestClasses number of classes of the row that has fewest
/// @param mostClasses number of classes of the row that has most
public record CanonicalRows(Path file, String digest, int exampleCount, long bytes, int fewestClasses, int mostClasses)
        implements AutoCloseable {

    public InputStream open() {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
