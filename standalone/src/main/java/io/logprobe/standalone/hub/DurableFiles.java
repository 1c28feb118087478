package io.logprobe.standalone.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes files so that a reader, also one after a crash, sees the old content or the new one and nothing between.
final class DurableFiles {

    /// Names of files that are being written start with this; a crash may leave some behind.
    static final String TEMPORARY_PREFIX = ".~hub-";

    private DurableFiles() {}

    static void write(Path target, byte[] content) throws IOException {
        Path temporary = temporaryFor(target);
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content));
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        publish(temporary, target);
    }

    static void copy(Path source, Path target) throws IOException {
        Path temporary = temporaryFor(target);
        try (InputStream in = Files.newInputStream(source)) {
            Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
        }
        force(temporary);
        publish(temporary, target);
    }

    /// An empty file beside `target`, to be filled and then given to [#publish].
    static Path temporaryFor(Path target) throws IOException {
        Files.createDirectories(target.getParent());
        return Files.createTempFile(target.getParent(), TEMPORARY_PREFIX, "");
    }

    /// Gives a complete and flushed temporary file its name.
    static void publish(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        force(target.getParent());
    }

    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
