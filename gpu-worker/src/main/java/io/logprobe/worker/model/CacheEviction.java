package io.logprobe.worker.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Deletes the models used longest ago until there is room.
///
/// @param root the cache
/// @param completeMarker file whose time is that of the model's last use
record CacheEviction(Path root, String completeMarker) {

    /// Makes room for `needed` bytes within `limit`; models in use stay, even if that is too much.
    void makeRoom(long needed, long limit, Set<String> inUse) throws IOException {
        for (Path model : modelsByLastUse()) {
            if (blobBytes() + needed <= limit) {
                return;
            }
            if (!inUse.contains(model.getFileName().toString())) {
                // Without its marker a half-deleted model is none.
                Files.deleteIfExists(model.resolve(completeMarker));
                deleteRecursively(model);
                deleteUnlinkedBlobs();
            }
        }
    }

    private List<Path> modelsByLastUse() throws IOException {
        Path models = root.resolve("models");
        if (!Files.exists(models)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(models)) {
            return folders.sorted(Comparator.comparing(this::lastUse)).toList();
        }
    }

    private FileTime lastUse(Path model) {
        try {
            return Files.getLastModifiedTime(model.resolve(completeMarker));
        } catch (IOException e) {
            // Never completed: the first to go.
            return FileTime.fromMillis(0);
        }
    }

    private long blobBytes() throws IOException {
        long bytes = 0;
        try (Stream<Path> blobs = Files.list(root.resolve("blobs"))) {
            for (Path blob : blobs.toList()) {
                bytes += Files.size(blob);
            }
        }
        return bytes;
    }

    private void deleteUnlinkedBlobs() throws IOException {
        try (Stream<Path> blobs = Files.list(root.resolve("blobs"))) {
            for (Path blob :
                    blobs.filter(file -> !file.toString().endsWith(".part")).toList()) {
                if ((Integer) Files.getAttribute(blob, "unix:nlink") == 1) {
                    Files.delete(blob);
                }
            }
        }
    }

    private static void deleteRecursively(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
