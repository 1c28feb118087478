package io.logprobe.engine.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedCopiesTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Instant LONG_AGO =
            NOW.minus(UnpackedCopies.KEPT_UNUSED).minusSeconds(1);
    private static final Instant RECENTLY =
            NOW.minus(UnpackedCopies.KEPT_UNUSED).plusSeconds(1);

    @TempDir
    Path root;

    private UnpackedCopies copies;

    @BeforeEach
    void prepare() {
        copies = new UnpackedCopies(root);
    }

    @Test
    void copiesThatNobodyHasUsedForDaysAreRemoved() throws IOException {
        Path old = copy("onednn-1", LONG_AGO);
        Path recent = copy("onednn-2", RECENTLY);

        Path current = copies.use("3", NOW);

        assertThat(old).doesNotExist();
        assertThat(recent.resolve("lib.so")).exists();
        assertThat(current).isEqualTo(root.resolve("onednn-3")).isEmptyDirectory();
    }

    @Test
    void currentCopyStaysHoweverOldItIs() throws IOException {
        Path current = copy("onednn-3", LONG_AGO);

        assertThat(copies.use("3", NOW)).isEqualTo(current);

        assertThat(current.resolve("lib.so")).exists();
    }

    @Test
    void copyThatIsUsedNowAndThenStays() throws IOException {
        copy("onednn-1", LONG_AGO);
        copies.use("1", RECENTLY);

        copies.use("3", NOW);

        assertThat(root.resolve("onednn-1/lib.so")).exists();
    }

    @Test
    void whatElseIsInTheCacheStays() throws IOException {
        Path other = copy("peer", LONG_AGO);
        Path file = Files.writeString(root.resolve("onednn-notes"), "");
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));

        copies.use("3", NOW);

        assertThat(other.resolve("lib.so")).exists();
        assertThat(file).exists();
    }

    private Path copy(String name, Instant lastUse) throws IOException {
        Path copy = Files.createDirectory(root.resolve(name));
        Files.writeString(copy.resolve("lib.so"), "");
        Files.setLastModifiedTime(copy, FileTime.from(lastUse));
        return copy;
    }
}
