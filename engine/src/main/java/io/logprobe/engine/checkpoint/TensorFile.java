package io.logprobe.engine.checkpoint;

import io.logprobe.engine.failure.InvalidCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;

/// A file of known size, read at absolute positions by any number of threads at once.
///
/// Positional reads and not a mapping: a file that shrinks under a mapping kills the process, and one copy into the
/// caller's memory is as fast. An interrupt closes a channel for everybody; it is opened again for the others,
/// provided that the path still leads to the same file.
final class TensorFile implements AutoCloseable {

    /// One read call moves at most this much, so that a page cache miss of one reader does not stall an interrupt.
    private static final long MAX_READ_BYTES = 64L << 20;

    private final Path path;
    private final long size;
    private final Object identity;
    private FileChannel channel;
    private boolean closed;

    private TensorFile(Path path, FileChannel channel, long size, Object identity) {
        this.path = path;
        this.channel = channel;
        this.size = size;
        this.identity = identity;
    }

    static TensorFile open(Path path) {
        FileChannel channel = null;
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new InvalidCheckpoint(path + ": not a regular file");
            }
            channel = FileChannel.open(path, StandardOpenOption.READ);
            TensorFile file = new TensorFile(path, channel, channel.size(), identity(attributes));
            channel = null;
            return file;
        } catch (NoSuchFileException e) {
            throw new InvalidCheckpoint(path + ": no such file", e);
        } catch (IOException e) {
            throw new InvalidCheckpoint(path + ": cannot be read: " + e.getMessage(), e);
        } finally {
            closeQuietly(channel);
        }
    }

    String identity() {
        return path.toAbsolutePath() + " " + identity;
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /// Fills `destination` with the bytes at `position`.
    void read(MemorySegment destination, long position) {
        Objects.checkFromIndexSize(position, destination.byteSize(), size);
        for (long done = 0; done < destination.byteSize(); ) {
            long length = Math.min(MAX_READ_BYTES, destination.byteSize() - done);
            readFully(destination.asSlice(done, length).asByteBuffer(), position + done);
            done += length;
        }
    }

    byte[] readBytes(long position, int length) {
        byte[] bytes = new byte[length];
        read(MemorySegment.ofArray(bytes), position);
        return bytes;
    }

    private void readFully(ByteBuffer buffer, long start) {
        long position = start;
        while (buffer.hasRemaining()) {
            FileChannel current = channel();
            try {
                int count = current.read(buffer, position);
                if (count < 0) {
                    throw new InvalidCheckpoint(path + ": truncated while it was read, at byte " + position);
                }
                position += count;
            } catch (ClosedByInterruptException e) {
                throw new UncheckedIOException(path + ": reading was interrupted", e);
            } catch (ClosedChannelException e) {
                reopen(current, e);
            } catch (IOException e) {
                throw new UncheckedIOException(path + ": cannot be read at byte " + position, e);
            }
        }
    }

    private synchronized FileChannel channel() {
        return channel;
    }

    private synchronized void reopen(FileChannel broken, ClosedChannelException reason) {
        if (closed) {
            throw new IllegalStateException(path + ": read after close", reason);
        }
        if (channel != broken) {
            return;
        }
        try {
            if (!identity.equals(identity(Files.readAttributes(path, BasicFileAttributes.class)))) {
                throw new InvalidCheckpoint(path + ": replaced while it was read");
            }
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": cannot be opened again", e);
        }
    }

    private static Object identity(BasicFileAttributes attributes) {
        return List.of(
                Objects.requireNonNullElse(attributes.fileKey(), ""), attributes.size(), attributes.lastModifiedTime());
    }

    @Override
    public synchronized void close() {
        closed = true;
        closeQuietly(channel);
    }

    private static void closeQuietly(FileChannel channel) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written, so nothing can be lost.
            return;
        }
    }
}
