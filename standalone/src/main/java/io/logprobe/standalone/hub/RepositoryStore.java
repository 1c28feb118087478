package io.logprobe.standalone.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What the Hub knows about a repository beyond its folder: commits, references, discussions and contents that
/// the folder does not hold. Every file is written in one step; a file that others refer to is written first.
final class RepositoryStore {

    private static final Pattern COMMIT_ID = Pattern.compile("[0-9a-f]{40}");

    private final Path folder;
    private final Map<String, Commit> commits = new ConcurrentHashMap<>();

    /// A change of `main` that has begun: written before the folder is touched, removed when all is done.
    ///
    /// @param commit what `main` becomes
    /// @param merge number of the pull request that is merged by it, null if none
    /// @param user who merges
    record Pending(String commit, Integer merge, String user) {}

    RepositoryStore(Path folder) {
        this.folder = folder;
    }

    Path hashCache() {
        return folder.resolve("hashes.json");
    }

    // ---- contents

    Optional<Path> content(String sha256) {
        Path file = contentFile(sha256);
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    Path contentFile(String sha256) {
        return folder.resolve("contents").resolve(sha256);
    }

    void keep(FileEntry entry, byte[] content) throws IOException {
        if (content(entry.sha256()).isEmpty()) {
            DurableFiles.write(contentFile(entry.sha256()), content);
        }
    }

    // ---- commits and references

    void save(Commit commit) throws IOException {
        DurableFiles.write(folder.resolve("commits").resolve(commit.id() + ".json"), Json.bytes(commit));
        commits.put(commit.id(), commit);
    }

    Optional<Commit> commit(String id) throws IOException {
        if (!COMMIT_ID.matcher(id).matches()) {
            return Optional.empty();
        }
        Commit known = commits.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Commit> read = read(folder.resolve("commits").resolve(id + ".json"), Commit.class);
        read.ifPresent(commit -> commits.put(id, commit));
        return read;
    }

    /// @param reference `refs/heads/main` or `refs/pr/<number>`
    Optional<String> reference(String reference) throws IOException {
        Path file = folder.resolve(reference);
        return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }

    void pointReference(String reference, String commit) throws IOException {
        DurableFiles.write(folder.resolve(reference), (commit + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    // ---- discussions

    void save(Discussion discussion) throws IOException {
        DurableFiles.write(discussionFile(discussion.number()), Json.bytes(discussion));
    }

    Optional<Discussion> discussion(int number) throws IOException {
        return read(discussionFile(number), Discussion.class);
    }

    /// Newest first.
    List<Discussion> discussions() throws IOException {
        List<Discussion> found = new ArrayList<>();
        for (int number = lastDiscussion(); number >= 1; number--) {
            discussion(number).ifPresent(found::add);
        }
        return found;
    }

    int lastDiscussion() throws IOException {
        Path discussions = folder.resolve("discussions");
        if (!Files.isDirectory(discussions)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(discussions)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d{1,9}\\.json"))
                    .mapToInt(name -> Integer.parseInt(name.substring(0, name.length() - ".json".length())))
                    .max()
                    .orElse(0);
        }
    }

    private Path discussionFile(int number) {
        return folder.resolve("discussions").resolve(number + ".json");
    }

    // ---- the change of main under way

    Optional<Pending> pending() throws IOException {
        return read(pendingFile(), Pending.class);
    }

    void begin(Pending pending) throws IOException {
        DurableFiles.write(pendingFile(), Json.bytes(pending));
    }

    void finish() throws IOException {
        Files.deleteIfExists(pendingFile());
    }

    private Path pendingFile() {
        return folder.resolve("pending.json");
    }

    private static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        try {
            return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
