package io.logprobe.standalone.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One repository: its folder is the work tree of `main`, its store holds everything else. A change that a person
/// makes in the folder becomes a commit as soon as anybody looks. Safe for use by many threads.
final class Repository {

    private static final Pattern PULL_REQUEST = Pattern.compile("refs/pr/([1-9]\\d{0,8})");

    private final RepositoryId id;
    private final RepositoryStore store;
    private final MainBranch main;
    private final ReentrantLock lock = new ReentrantLock();

    Repository(RepositoryId id, Path root, Path folder, Path state) {
        this.id = id;
        this.store = new RepositoryStore(state);
        this.main = new MainBranch(store, new WorkTree(root, folder, store.hashCache()));
    }

    /// Work that may fail with an input or output error.
    private interface Action<T> {
        T run() throws IOException;
    }

    RepositoryId id() {
        return id;
    }

    /// The commit that `main` stands at, after whatever the folder has new is recorded.
    Commit main() throws IOException {
        return locked(main::current);
    }

    /// @param revision `main`, `refs/pr/<number>` or a commit hash
    /// @throws Refusal if there is none of that name
    Commit commit(String revision) throws IOException {
        if (isMain(revision)) {
            return main();
        }
        Optional<String> reference =
                PULL_REQUEST.matcher(revision).matches() ? store.reference(revision) : Optional.of(revision);
        if (reference.isPresent()) {
            Optional<Commit> commit = store.commit(reference.get());
            if (commit.isPresent()) {
                return commit.get();
            }
        }
        throw Refusal.revisionNotFound(id, revision);
    }

    /// `start` and everything before it, newest first.
    List<Commit> history(Commit start) throws IOException {
        List<Commit> history = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        ArrayDeque<Commit> next = new ArrayDeque<>(List.of(start));
        while (!next.isEmpty()) {
            Commit commit = next.removeFirst();
            if (seen.add(commit.id())) {
                history.add(commit);
                for (String parent : commit.parents()) {
                    next.add(commit(parent));
                }
            }
        }
        history.sort((a, b) -> b.createdAt().compareTo(a.createdAt()));
        return history;
    }

    /// A file with the content of `entry`.
    ///
    /// @throws Refusal if the folder has changed since and nobody kept the content
    Path content(FileEntry entry) throws IOException {
        Optional<Path> kept = store.content(entry.sha256());
        return kept.isPresent() ? kept.get() : locked(() -> main.content(entry));
    }

    List<Discussion> discussions() throws IOException {
        return store.discussions();
    }

    /// @throws Refusal if there is no discussion of that number
    Discussion discussion(int number) throws IOException {
        return store.discussion(number).orElseThrow(() -> Refusal.notFound("No discussion " + number + " in " + id));
    }

    /// Paths that both the pull request and `main` changed since the pull request was made.
    List<String> conflicts(Discussion pullRequest) throws IOException {
        Commit base = commit(pullRequest.baseCommit());
        SortedMap<String, FileEntry> ours = main().files();
        SortedMap<String, FileEntry> theirs = commit(pullRequest.reference()).files();
        return base.changedPaths(theirs).stream()
                .filter(path -> !Objects.equals(ours.get(path), base.files().get(path))
                        && !Objects.equals(ours.get(path), theirs.get(path)))
                .toList();
    }

    /// Takes in large content ahead of the commit that uses it.
    ///
    /// @throws Refusal if the content is not what its name says
    void upload(String sha256, InputStream content, long limit) throws IOException {
        if (store.content(sha256).isPresent()) {
            return;
        }
        Path target = store.contentFile(sha256);
        Path temporary = DurableFiles.temporaryFor(target);
        try {
            long size = copy(content, temporary, limit);
            FileEntry received = FileEntry.of("content", temporary);
            if (!received.sha256().equals(sha256)) {
                throw Refusal.invalid("the " + size + " bytes received have SHA-256 " + received.sha256());
            }
            DurableFiles.force(temporary);
            DurableFiles.publish(temporary, target);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static long copy(InputStream content, Path target, long limit) throws IOException {
        long size = 0;
        try (var out = Files.newOutputStream(target)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                size += n;
                if (size > limit) {
                    throw Refusal.tooLarge("an uploaded file", limit);
                }
                out.write(buffer, 0, n);
            }
        }
        return size;
    }

    boolean hasContent(String sha256) {
        return store.content(sha256).isPresent();
    }

    /// Commits to `main` or to an open pull request.
    Commit commit(String revision, CommitRequest request, String user, Instant now) throws IOException {
        return locked(() -> {
            if (isMain(revision)) {
                Commit commit = newCommit(main.current(), request, user, now);
                main.move(new RepositoryStore.Pending(commit.id(), null, user));
                return commit;
            }
            Discussion pullRequest = openPullRequest(revision);
            Commit commit = newCommit(commit(pullRequest.reference()), request, user, now);
            store.pointReference(pullRequest.reference(), commit.id());
            store.save(pullRequest.with(new Discussion.CommitPushed(user, now, commit.title(), commit.id())));
            return commit;
        });
    }

    /// Commits to a new pull request against `main`; it exists as soon as its discussion is written.
    Discussion propose(CommitRequest request, String user, Instant now) throws IOException {
        return locked(() -> {
            Commit current = main.current();
            Commit base = request.parent().isEmpty()
                    ? current
                    : commit(request.parent().get());
            Commit commit = newCommit(base, request, user, now);
            int number = store.lastDiscussion() + 1;
            Discussion pullRequest = newDiscussion(
                            number, request.title(), base.id(), Discussion.Status.OPEN, user, now)
                    .with(new Discussion.Comment(user, now, request.description()))
                    .with(new Discussion.CommitPushed(user, now, commit.title(), commit.id()));
            store.pointReference(pullRequest.reference(), commit.id());
            store.save(pullRequest);
            return pullRequest;
        });
    }

    /// Opens a discussion, or a pull request that has no changes yet.
    Discussion discuss(String title, String text, boolean pullRequest, String user, Instant now) throws IOException {
        return locked(() -> {
            int number = store.lastDiscussion() + 1;
            Discussion.Status status = pullRequest ? Discussion.Status.DRAFT : Discussion.Status.OPEN;
            String base = pullRequest ? main.current().id() : null;
            Discussion discussion =
                    newDiscussion(number, title, base, status, user, now).with(new Discussion.Comment(user, now, text));
            if (pullRequest) {
                store.pointReference(discussion.reference(), base);
            }
            store.save(discussion);
            return discussion;
        });
    }

    private static Discussion newDiscussion(
            int number, String title, String base, Discussion.Status status, String user, Instant now) {
        return new Discussion(number, title, user, now, status, base, null, List.of());
    }

    /// Adds events to a discussion.
    ///
    /// @throws Refusal if a merged pull request is to change its status
    Discussion append(int number, List<Discussion.Event> events) throws IOException {
        return locked(() -> {
            Discussion discussion = discussion(number);
            for (Discussion.Event event : events) {
                if (event instanceof Discussion.StatusChange && discussion.status() == Discussion.Status.MERGED) {
                    throw Refusal.conflict("pull request " + number + " is merged");
                }
                discussion = discussion.with(event);
            }
            store.save(discussion);
            return discussion;
        });
    }

    /// Brings the files that a pull request changes into `main` and into the folder.
    ///
    /// @throws Refusal if it is not open, or if `main` changed the same files since
    Discussion merge(int number, String user, Instant now) throws IOException {
        return locked(() -> {
            Discussion pullRequest = discussion(number);
            if (!pullRequest.isPullRequest() || pullRequest.status() != Discussion.Status.OPEN) {
                throw Refusal.conflict("discussion " + number + " is no open pull request");
            }
            List<String> conflicts = conflicts(pullRequest);
            if (!conflicts.isEmpty()) {
                throw Refusal.conflict("main changed the same files since: " + String.join(", ", conflicts));
            }
            Commit current = main.current();
            Commit head = commit(pullRequest.reference());
            TreeMap<String, FileEntry> files = new TreeMap<>(current.files());
            for (String path : commit(pullRequest.baseCommit()).changedPaths(head.files())) {
                replace(files, path, head.files().get(path));
            }
            Commit merge = Commit.of(
                    List.of(current.id(), head.id()),
                    user,
                    now,
                    pullRequest.title() + " (#" + number + ")",
                    head.description(),
                    files);
            store.save(merge);
            main.move(new RepositoryStore.Pending(merge.id(), number, user));
            return discussion(number);
        });
    }

    private Discussion openPullRequest(String revision) throws IOException {
        Matcher matcher = PULL_REQUEST.matcher(revision);
        if (!matcher.matches()) {
            throw Refusal.revisionNotFound(id, revision);
        }
        Discussion discussion = discussion(Integer.parseInt(matcher.group(1)));
        return switch (discussion.status()) {
            case OPEN, DRAFT -> discussion;
            case CLOSED, MERGED ->
                throw Refusal.conflict("pull request " + discussion.number() + " is "
                        + discussion.status().wireName());
        };
    }

    private Commit newCommit(Commit base, CommitRequest request, String user, Instant now) throws IOException {
        if (request.parent().isPresent() && !request.parent().get().equals(base.id())) {
            throw Refusal.outdatedParent("the parent commit is " + base.id() + " now, not "
                    + request.parent().get());
        }
        SortedMap<String, FileEntry> files = new ChangedFiles(store, main).of(base, request);
        Commit commit = Commit.of(List.of(base.id()), user, now, request.title(), request.description(), files);
        store.save(commit);
        return commit;
    }

    private static void replace(SortedMap<String, FileEntry> files, String path, FileEntry entry) {
        if (entry == null) {
            files.remove(path);
        } else {
            files.put(path, entry);
        }
    }

    private static boolean isMain(String revision) {
        return revision.equals("main") || revision.equals(MainBranch.REFERENCE) || revision.equals("HEAD");
    }

    private <T> T locked(Action<T> action) throws IOException {
        lock.lock();
        try {
            return action.run();
        } finally {
            lock.unlock();
        }
    }
}
