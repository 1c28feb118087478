package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.WeightsUnreadable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFileTest {

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void writeTheFile() throws IOException {
        path = Files.write(folder.resolve("data"), new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
    }

    @Test
    void readsOnAfterAnotherReaderWasInterrupted() throws InterruptedException {
        try (TensorFile file = TensorFile.open(path)) {
            List<Throwable> failures = new ArrayList<>();
            Thread interrupted = Thread.ofPlatform().start(() -> {
                Thread.currentThread().interrupt();
                try {
                    file.readBytes(0, 4);
                } catch (CancellationException e) {
                    failures.add(e);
                }
            });
            interrupted.join();

            assertThat(failures).hasSize(1);
            assertThat(file.readBytes(2, 3)).containsExactly(2, 3, 4);
        }
    }

    @Test
    void refusesToReadOnInAnotherFile() throws InterruptedException, IOException {
        try (TensorFile file = TensorFile.open(path)) {
            Thread interrupted = Thread.ofPlatform().start(() -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> file.readBytes(0, 4)).isInstanceOf(CancellationException.class);
            });
            interrupted.join();
            Files.write(folder.resolve("other"), new byte[100]);
            Files.move(folder.resolve("other"), path, StandardCopyOption.REPLACE_EXISTING);

            assertThatThrownBy(() -> file.readBytes(2, 3))
                    .isInstanceOf(WeightsUnreadable.class)
                    .hasMessageContaining("replaced while it was read");
        }
    }

    @Test
    void namesTheFileThatShrank() throws IOException {
        try (TensorFile file = TensorFile.open(path)) {
            Files.write(path, new byte[3], StandardOpenOption.TRUNCATE_EXISTING);

            assertThatThrownBy(() -> file.readBytes(0, 8))
                    .isInstanceOf(WeightsUnreadable.class)
                    .hasMessageContaining("data: truncated while it was read, at byte 3");
        }
    }

    @Test
    void noticesThatItWasWrittenTo() throws IOException {
        try (TensorFile file = TensorFile.open(path)) {
            file.requireUnchanged();
            Files.write(path, new byte[] {7, 7, 7, 7, 7, 7, 7, 7});
            Files.setLastModifiedTime(path, FileTime.fromMillis(1));

            assertThatThrownBy(file::requireUnchanged)
                    .isInstanceOf(WeightsUnreadable.class)
                    .hasMessageContaining("data: changed while it was read");
        }
    }

    @Test
    void readsOnWhenAnotherFileTakesItsPlace() throws IOException {
        try (TensorFile file = TensorFile.open(path)) {
            Files.write(folder.resolve("other"), new byte[100]);
            Files.move(folder.resolve("other"), path, StandardCopyOption.REPLACE_EXISTING);

            assertThat(file.readBytes(2, 3)).containsExactly(2, 3, 4);
            file.requireUnchanged();
        }
    }

    @Test
    void keepsItsIdentityWhenItComesBack() throws IOException {
        FileTime time = Files.getLastModifiedTime(path);
        String before = identity();
        byte[] content = Files.readAllBytes(path);
        Files.delete(path);
        Files.write(folder.resolve("copy"), content);
        Files.setLastModifiedTime(folder.resolve("copy"), time);
        Files.move(folder.resolve("copy"), path);

        assertThat(identity()).isEqualTo(before);

        content[5] = 99;
        Files.write(path, content);
        Files.setLastModifiedTime(path, time);

        assertThat(identity()).isNotEqualTo(before);
    }

    private String identity() {
        try (TensorFile file = TensorFile.open(path)) {
            return file.identity();
        }
    }

    @Test
    void isNotReadAfterItWasClosed() {
        TensorFile file = TensorFile.open(path);
        file.close();

        assertThatThrownBy(() -> file.readBytes(0, 1))
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("data: closed while it was read");
    }

    @Test
    void neverReadsBeyondTheEnd() {
        try (TensorFile file = TensorFile.open(path)) {
            MemorySegment destination = MemorySegment.ofArray(new byte[4]);

            assertThatThrownBy(() -> file.read(destination, 5)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> file.read(destination, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void serves8ReadersAtOnce() throws ExecutionException, InterruptedException {
        try (TensorFile file = TensorFile.open(path);
                ExecutorService readers = Executors.newFixedThreadPool(8)) {
            List<Future<byte[]>> results = new ArrayList<>();
            for (int i = 0; i < 800; i++) {
                int start = i % 8;
                results.add(readers.submit(() -> file.readBytes(start, 1)));
            }

            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get()).containsExactly(i % 8);
            }
        }
    }

    @Test
    void refusesFolderAndMissingFile() {
        assertThatThrownBy(() -> TensorFile.open(folder))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessage(folder + ": not a regular file");
        assertThatThrownBy(() -> TensorFile.open(folder.resolve("nothing")))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessage(folder.resolve("nothing") + ": no such file");
    }
}
