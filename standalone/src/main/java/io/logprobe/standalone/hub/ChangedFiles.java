package io.logprobe.standalone.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;

/// The files of a commit that is to be: those of its parent with the changes that are asked for.
///
/// @param main where the parent's contents are
record ChangedFiles(RepositoryStore store, MainBranch main) {

    /// @throws Refusal naming the change that cannot be made
    SortedMap<String, FileEntry> of(Commit parent, CommitRequest request) throws IOException {
        TreeMap<String, FileEntry> files = new TreeMap<>(parent.files());
        for (FileChange change : request.changes()) {
            apply(change, files, parent);
        }
        requireNoFileIsFolder(files);
        return files;
    }

    private void apply(FileChange change, SortedMap<String, FileEntry> files, Commit parent) throws IOException {
        switch (change) {
            case FileChange.Put put -> {
                FileEntry entry = FileEntry.of(put.path(), put.content());
                if (put.path().equals("README.md")) {
                    ModelCard.requireValid(put.content());
                }
                store.keep(entry, put.content());
                files.put(put.path(), entry);
            }
            case FileChange.PutLarge put -> files.put(put.path(), uploaded(put, parent));
            case FileChange.Delete delete -> {
                if (files.remove(delete.path()) == null) {
                    throw Refusal.entryNotFound("A file with this name doesn't exist: " + delete.path());
                }
            }
            case FileChange.DeleteFolder delete -> {
                if (!files.keySet().removeIf(path -> path.startsWith(delete.path() + "/"))) {
                    throw Refusal.entryNotFound("A folder with this name doesn't exist: " + delete.path());
                }
            }
        }
    }

    private FileEntry uploaded(FileChange.PutLarge put, Commit parent) throws IOException {
        Optional<Path> content = store.content(put.sha256());
        if (content.isEmpty()) {
            FileEntry source = parent.files().values().stream()
                    .filter(entry -> entry.sha256().equals(put.sha256()))
                    .findFirst()
                    .orElseThrow(() -> Refusal.invalid("content " + put.sha256() + " was not uploaded"));
            DurableFiles.copy(main.content(source), store.contentFile(put.sha256()));
        }
        return FileEntry.largeOf(put.path(), Files.size(store.contentFile(put.sha256())), put.sha256());
    }

    private static void requireNoFileIsFolder(SortedMap<String, FileEntry> files) {
        SequencedSet<String> folders = new LinkedHashSet<>();
        for (String path : files.keySet()) {
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                folders.add(path.substring(0, slash));
            }
        }
        folders.retainAll(files.keySet());
        if (!folders.isEmpty()) {
            throw Refusal.invalid("'" + folders.getFirst() + "' would be a file and a folder");
        }
    }
}
