package io.logprobe.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheEvictionTest {

    @TempDir
    Path cache;

    @Test
    void modelUsedLongestAgoGoesFirst() throws IOException {
        model("a--old--1", 1, "x");
        model("a--new--1", 2, "y");

        evict().makeRoom(100, 250, Set.of());

        assertThat(cache.resolve("models/a--old--1")).doesNotExist();
        assertThat(cache.resolve("blobs/x")).doesNotExist();
        assertThat(cache.resolve("models/a--new--1/weights")).exists();
    }

    @Test
    void modelInUseStays() throws IOException {
        model("a--old--1", 1, "x");
        model("a--new--1", 2, "y");

        evict().makeRoom(100, 250, Set.of("a--old--1"));

        assertThat(cache.resolve("models/a--old--1/weights")).exists();
        assertThat(cache.resolve("models/a--new--1")).doesNotExist();
    }

    @Test
    void contentThatAnotherModelSharesStays() throws IOException {
        model("a--old--1", 1, "x");
        model("a--new--1", 2, "x");

        evict().makeRoom(100, 150, Set.of("a--new--1"));

        assertThat(cache.resolve("models/a--old--1")).doesNotExist();
        assertThat(cache.resolve("blobs/x")).exists();
    }

    @Test
    void nothingGoesWhileThereIsRoom() throws IOException {
        model("a--old--1", 1, "x");

        evict().makeRoom(100, 200, Set.of());

        assertThat(cache.resolve("models/a--old--1/weights")).exists();
    }

    private CacheEviction evict() {
        return new CacheEviction(cache, ".complete");
    }

    /// A model of one content of 100 bytes.
    private void model(String name, long lastUse, String blob) throws IOException {
        Path folder = Files.createDirectories(cache.resolve("models").resolve(name));
        Path content = Files.createDirectories(cache.resolve("blobs")).resolve(blob);
        Files.write(content, new byte[100]);
        Files.createLink(folder.resolve("weights"), content);
        Path marker = Files.writeString(folder.resolve(".complete"), name);
        Files.setLastModifiedTime(marker, FileTime.fromMillis(lastUse));
    }
}
