package io.logprobe.standalone.hub;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// One state of a repository.
///
/// @param id 40 hexadecimal digits that depend on everything below
/// @param parents the commits it was made from: none for the first, one or two otherwise
/// @param author user name
/// @param createdAt when it was made; no part of the identifier of a commit that was read from the folder,
///     so that equal folders have equal commits on every machine
/// @param title first line of the message
/// @param description rest of the message
/// @param files every file by path
record Commit(
        String id,
        List<String> parents,
        String author,
        Instant createdAt,
        String title,
        String description,
        SortedMap<String, FileEntry> files) {

    /// The author of commits that record what a person changed in the folder.
    static final String FOLDER = "folder";

    Commit {
        parents = List.copyOf(parents);
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    static Commit of(
            List<String> parents,
            String author,
            Instant createdAt,
            String title,
            String description,
            SortedMap<String, FileEntry> files) {
        StringBuilder identity = new StringBuilder();
        parents.forEach(parent -> identity.append("parent ").append(parent).append('\n'));
        identity.append("author ").append(author).append('\n');
        if (!author.equals(FOLDER)) {
            identity.append("date ").append(createdAt).append('\n');
        }
        identity.append("tree ").append(treeOid(files)).append("\n\n").append(title);
        identity.append('\n').append(description);
        String id = FileEntry.sha1(identity.toString().getBytes(StandardCharsets.UTF_8));
        return new Commit(id, parents, author, createdAt, title, description, files);
    }

    /// Identifies a set of files; for a folder, give the files below it.
    static String treeOid(SortedMap<String, FileEntry> files) {
        StringBuilder listing = new StringBuilder();
        files.values().forEach(file -> listing.append(file.oid())
                .append(' ')
                .append(file.path())
                .append('\n'));
        return FileEntry.sha1(listing.toString().getBytes(StandardCharsets.UTF_8));
    }

    FileEntry file(String path) {
        FileEntry file = files.get(path);
        if (file == null) {
            throw Refusal.entryNotFound("Entry not found: " + path + " at " + id);
        }
        return file;
    }

    /// Paths whose content differs between `this` and `other`, sorted.
    List<String> changedPaths(SortedMap<String, FileEntry> other) {
        TreeMap<String, FileEntry> all = new TreeMap<>(files);
        all.putAll(other);
        return all.keySet().stream()
                .filter(path -> !Objects.equals(files.get(path), other.get(path)))
                .toList();
    }

    String message() {
        return description.isBlank() ? title : title + "\n\n" + description;
    }
}
