package io.logprobe.standalone.hub;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// The folder of a repository as a person sees and changes it. Hashes are remembered by size and modification
/// time, so that only new and changed files are read. Callers take care that one thread is here at a time.
final class WorkTree {

    /// A file that was changed less than this before it was hashed may change again within the same time stamp.
    private static final Duration TIMESTAMP_DOUBT = Duration.ofSeconds(2);

    private final Path root;
    private final Path folder;
    private final Path cacheFile;
    private Map<String, Hashed> cache;

    /// What is known about a file on disk.
    private record Hashed(long modified, long hashedAt, FileEntry entry) {

        boolean holdsFor(BasicFileAttributes attributes) {
            return entry.size() == attributes.size()
                    && modified == nanos(attributes.lastModifiedTime())
                    && hashedAt - modified > TIMESTAMP_DOUBT.toNanos();
        }
    }

    /// @param root symbolic links may point anywhere below this folder and nowhere else
    /// @param folder the work tree
    /// @param cacheFile where hashes are remembered
    WorkTree(Path root, Path folder, Path cacheFile) {
        this.root = root;
        this.folder = folder;
        this.cacheFile = cacheFile;
    }

    /// Every file in the folder now; files that vanish meanwhile and links out of the root are left out.
    SortedMap<String, FileEntry> scan() throws IOException {
        Map<String, Hashed> known = cache();
        Map<String, Hashed> found = new HashMap<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                boolean reserved = !directory.equals(folder)
                        && RepositoryPath.isReserved(directory.getFileName().toString());
                return reserved ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!RepositoryPath.isReserved(file.getFileName().toString())) {
                    String path = folder.relativize(file).toString().replace('\\', '/');
                    hash(path, file, attributes, known.get(path)).ifPresent(hashed -> found.put(path, hashed));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        if (!found.equals(known)) {
            cache = found;
            DurableFiles.write(cacheFile, Json.bytes(found));
        }
        TreeMap<String, FileEntry> files = new TreeMap<>();
        found.forEach((path, hashed) -> files.put(path, hashed.entry()));
        return Collections.unmodifiableSortedMap(files);
    }

    private Optional<Hashed> hash(String path, Path file, BasicFileAttributes attributes, Hashed known)
            throws IOException {
        try {
            BasicFileAttributes target = attributes;
            if (attributes.isSymbolicLink()) {
                if (!file.toRealPath().startsWith(root)) {
                    return Optional.empty();
                }
                target = Files.readAttributes(file, BasicFileAttributes.class);
            }
            if (!target.isRegularFile()) {
                return Optional.empty();
            }
            if (known != null && known.holdsFor(target)) {
                return Optional.of(known);
            }
            FileEntry entry = FileEntry.of(path, file);
            if (known != null && known.entry().equals(entry) && known.modified() == nanos(target.lastModifiedTime())) {
                return Optional.of(new Hashed(known.modified(), nanosNow(), entry));
            }
            return Optional.of(new Hashed(nanos(target.lastModifiedTime()), nanosNow(), entry));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// The file that holds `entry` now, if the folder still has it.
    Optional<Path> locate(FileEntry entry) throws IOException {
        Path file = folder.resolve(entry.path());
        Hashed hashed = cache().get(entry.path());
        if (!Files.isRegularFile(file) || !file.toRealPath().startsWith(root)) {
            return Optional.empty();
        }
        boolean unchanged = hashed != null
                && hashed.holdsFor(Files.readAttributes(file, BasicFileAttributes.class))
                && hashed.entry().sameContent(entry);
        return unchanged || FileEntry.of(entry.path(), file).sameContent(entry) ? Optional.of(file) : Optional.empty();
    }

    /// Puts content at `path`, in one step for every reader.
    void write(String path, Path content) throws IOException {
        DurableFiles.copy(content, insideFolder(path));
    }

    void delete(String path) throws IOException {
        Path file = insideFolder(path);
        Files.deleteIfExists(file);
        for (Path parent = file.getParent(); !parent.equals(folder) && isEmpty(parent); parent = parent.getParent()) {
            Files.delete(parent);
        }
    }

    /// @throws Refusal if a folder on the way to `path` is a link out of the repository
    private Path insideFolder(String path) throws IOException {
        Path file = folder.resolve(RepositoryPath.checked(path));
        for (Path parent = file.getParent(); !parent.equals(folder); parent = parent.getParent()) {
            if (Files.isSymbolicLink(parent)
                    || (Files.exists(parent, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(parent))) {
                throw Refusal.conflict("'" + folder.relativize(parent) + "' is no folder of this repository");
            }
        }
        return file;
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    private Map<String, Hashed> cache() throws IOException {
        if (cache == null) {
            cache = Files.exists(cacheFile)
                    ? Json.MAPPER.readValue(cacheFile.toFile(), new TypeReference<Map<String, Hashed>>() {})
                    : Map.of();
        }
        return cache;
    }

    private static long nanosNow() {
        return nanos(FileTime.from(Instant.now()));
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }
}
