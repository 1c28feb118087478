package io.logprobe.api.rows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files that live as long as one request. Their names say which process they belong to, so that one that a kill left
/// behind is told from one that is in use.
final class TemporaryFile {

    /// What the names of this process's files begin with.
    static final String PREFIX = "logprobe-" + ProcessHandle.current().pid() + "-";

    private TemporaryFile() {}

    static Path create(String suffix) throws IOException {
        return Files.createTempFile(PREFIX, suffix);
    }
}
