package io.logprobe.engine.backend.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// The folders in which native libraries were unpacked, one per version. Other versions may be in use by other
/// releases on this machine, so a copy goes only when nothing has used it for some days. A process that has loaded its
/// libraries keeps them, whether their files are still there or not.
///
/// ```
/// <root>/onednn-<version>/    its time is that of the last use
/// ```
record UnpackedCopies(Path root) {

    static final Duration KEPT_UNUSED = Duration.ofDays(7);

    private static final String PREFIX = "onednn-";

    /// The folder of a version, which is made if it is not there; copies that have not been used for long are removed.
    Path use(String version, Instant now) throws IOException {
        Path current = Files.createDirectories(root.resolve(PREFIX + version));
        try {
            Files.setLastModifiedTime(current, FileTime.from(now));
            removeUnused(now.minus(KEPT_UNUSED));
        } catch (IOException e) {
            // Another process may be at the same, or the folder be another user's; what stays takes room, no more.
        }
        return current;
    }

    private void removeUnused(Instant before) throws IOException {
        for (Path copy : list(root)) {
            if (copy.getFileName().toString().startsWith(PREFIX)
                    && Files.isDirectory(copy)
                    && Files.getLastModifiedTime(copy).toInstant().isBefore(before)) {
                for (Path file : list(copy)) {
                    Files.deleteIfExists(file);
                }
                Files.deleteIfExists(copy);
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }
}
