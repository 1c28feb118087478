package io.logprobe.standalone.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The folder and `main` stay one, wherever a process ends. What can go wrong: half of a commit in the folder is taken
/// for what a person changed there.
class MainBranchTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path root;

    private Path folder;
    private RepositoryStore store;
    private Commit next;

    @BeforeEach
    void aFolderAndACommitThatIsToFollow() throws IOException {
        folder = Files.createDirectory(root.resolve("model"));
        store = new RepositoryStore(root.resolve("state"));
        Files.writeString(folder.resolve("config.json"), "old");
        Files.writeString(folder.resolve("gone.txt"), "old");
        Commit first = main().current();
        TreeMap<String, FileEntry> files = new TreeMap<>();
        for (String path : List.of("README.md", "config.json")) {
            byte[] content = ("new " + path).getBytes(StandardCharsets.UTF_8);
            files.put(path, FileEntry.of(path, content));
            store.keep(files.get(path), content);
        }
        next = Commit.of(List.of(first.id()), "alice", NOW, "Next", "", files);
        store.save(next);
    }

    /// As a process has it that was started anew.
    private MainBranch main() {
        return new MainBranch(store, new WorkTree(root, folder, store.hashCache()));
    }

    private void assertStandsAtNext(Commit current) {
        assertThat(current).isEqualTo(next);
        assertThat(folder.resolve("gone.txt")).doesNotExist();
        assertThat(contentOf(folder.resolve("README.md").toFile())).isEqualTo("new README.md");
        assertThat(contentOf(folder.resolve("config.json").toFile())).isEqualTo("new config.json");
    }

    @Test
    void aMoveThatEndedBeforeItsFirstStepIsCompleted() throws IOException {
        store.begin(new RepositoryStore.Pending(next.id(), null, "alice"));

        Commit current = main().current();

        assertStandsAtNext(current);
    }

    @Test
    void aMoveThatEndedInTheMiddleIsCompletedAndNotTakenForAChangeOfTheFolder() throws IOException {
        store.begin(new RepositoryStore.Pending(next.id(), null, "alice"));
        Files.delete(folder.resolve("gone.txt"));
        Files.writeString(folder.resolve("README.md"), "new README.md");

        Commit current = main().current();

        assertStandsAtNext(current);
        assertThat(store.pending()).isEmpty();
    }

    @Test
    void whatAPersonChangesAfterAMoveIsACommitOnTopOfIt() throws IOException {
        main().move(new RepositoryStore.Pending(next.id(), null, "alice"));
        Files.writeString(folder.resolve("config.json"), "by hand");

        Commit current = main().current();

        assertThat(current.parents()).containsExactly(next.id());
        assertThat(current.author()).isEqualTo(Commit.FOLDER);
    }
}
