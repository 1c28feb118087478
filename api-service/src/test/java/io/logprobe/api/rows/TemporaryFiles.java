package io.logprobe.api.rows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The service's temporary files; tests run in its process.
public final class TemporaryFiles {

    private TemporaryFiles() {}

    public static List<Path> present() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith(TemporaryFile.PREFIX))
                    .toList();
        }
    }
}
