package io.logprobe.standalone.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// `main` and the folder that is its work tree. For one thread at a time.
final class MainBranch {

    static final String REFERENCE = "refs/heads/main";

    private final RepositoryStore store;
    private final WorkTree workTree;

    MainBranch(RepositoryStore store, WorkTree workTree) {
        this.store = store;
        this.workTree = workTree;
    }

    /// The commit that `main` stands at, after a move that was cut off is completed and whatever the folder has new is
    /// recorded.
    Commit current() throws IOException {
        Optional<RepositoryStore.Pending> pending = store.pending();
        if (pending.isPresent()) {
            completeMove(pending.get());
        }
        SortedMap<String, FileEntry> files = workTree.scan();
        Optional<Commit> head = head();
        if (head.isPresent() && head.get().files().equals(files)) {
            return head.get();
        }
        List<String> parents = head.map(commit -> List.of(commit.id())).orElse(List.of());
        Commit recorded = Commit.of(
                parents,
                Commit.FOLDER,
                Instant.now(),
                head.isEmpty() ? "Files found in the folder" : "Files changed in the folder",
                "",
                files);
        keepSmallContents(recorded);
        store.save(recorded);
        store.pointReference(REFERENCE, recorded.id());
        return recorded;
    }

    /// Small files stay readable at old revisions, whatever happens to the folder.
    private void keepSmallContents(Commit commit) throws IOException {
        for (FileEntry entry : commit.files().values()) {
            if (!entry.large() && store.content(entry.sha256()).isEmpty()) {
                Optional<Path> file = workTree.locate(entry);
                if (file.isPresent()) {
                    byte[] content = Files.readAllBytes(file.get());
                    if (FileEntry.sha256(content).equals(entry.sha256())) {
                        store.keep(entry, content);
                    }
                }
            }
        }
    }

    private Optional<Commit> head() throws IOException {
        Optional<String> head = store.reference(REFERENCE);
        return head.isEmpty() ? Optional.empty() : store.commit(head.get());
    }

    /// Brings a commit's files into the folder and points `main` at it.
    void move(RepositoryStore.Pending pending) throws IOException {
        store.begin(pending);
        completeMove(pending);
    }

    /// May be repeated any number of times: a crash between two of its steps is mended by doing all again.
    private void completeMove(RepositoryStore.Pending pending) throws IOException {
        Commit target = stored(pending.commit());
        Commit first = stored(target.parents().getFirst());
        List<String> changed = first.changedPaths(target.files());
        for (String path : changed) {
            if (!target.files().containsKey(path)) {
                workTree.delete(path);
            }
        }
        for (String path : changed) {
            if (target.files().containsKey(path)) {
                workTree.write(path, content(target.files().get(path)));
            }
        }
        store.pointReference(REFERENCE, target.id());
        if (pending.merge() != null) {
            Discussion pullRequest = store.discussion(pending.merge())
                    .orElseThrow(() -> new IOException("the store lacks pull request " + pending.merge()));
            if (pullRequest.status() != Discussion.Status.MERGED) {
                store.save(pullRequest.merged(pending.user(), target.createdAt(), target.id()));
            }
        }
        store.finish();
    }

    private Commit stored(String commit) throws IOException {
        return store.commit(commit).orElseThrow(() -> new IOException("the store lacks commit " + commit));
    }

    /// A file with the content of `entry`.
    ///
    /// @throws Refusal if the folder has changed since and nobody kept the content
    Path content(FileEntry entry) throws IOException {
        Optional<Path> kept = store.content(entry.sha256());
        if (kept.isPresent()) {
            return kept.get();
        }
        return workTree.locate(entry)
                .orElseThrow(() -> Refusal.entryNotFound("The content of " + entry.path()
                        + " at this revision is gone: the file in the folder was replaced since"));
    }
}
