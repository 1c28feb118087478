package io.logprobe.engine.checkpoint;

import io.logprobe.engine.failure.FileFault;
import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.WeightsUnreadable;
import java.io.IOException;
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
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/// A file of known size, read at absolute positions by any number of threads at once.
///
/// Positional reads and not a mapping: a file that shrinks under a mapping kills the process, and one copy into the
/// caller's memory is as fast. An interrupt closes a channel for everybody; it is opened again for the others,
/// provided that the path still leads to the same file.
///
/// Closing never waits for a reader: one that a stalled disk holds up may not come back for hours. The last reader
/// closes the channel.
final class TensorFile implements AutoCloseable {

    /// One system call moves at most this much, so that a reader soon notices that the file is closed.
    private static final long MAX_READ_BYTES = 8L << 20;

    private static final int SAMPLES = 8;
    private static final int SAMPLE_BYTES = 4 << 10;

    private final Path path;
    private final long size;
    private final Object fileKey;
    private final FileTime modified;
    private FileChannel channel;
    private int readers;
    private boolean closed;

    private TensorFile(Path path, FileChannel channel, long size, Object fileKey, FileTime modified) {
        this.path = path;
        this.channel = channel;
        this.size = size;
        this.fileKey = fileKey;
        this.modified = modified;
    }

    static TensorFile open(Path path) {
        FileChannel channel = null;
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new InvalidCheckpoint(path + ": not a regular file");
            }
            channel = FileChannel.open(path, StandardOpenOption.READ);
            TensorFile file =
                    new TensorFile(path, channel, channel.size(), fileKey(attributes), attributes.lastModifiedTime());
            channel = null;
            return file;
        } catch (NoSuchFileException e) {
            throw new InvalidCheckpoint(path + ": no such file", e);
        } catch (IOException e) {
            throw new InvalidCheckpoint(path + ": cannot be read: " + FileFault.describe(e), e);
        } finally {
            closeQuietly(channel);
        }
    }

    /// Path, size, time and samples of the content: equal after a disk has gone and come back, and different for
    /// another file.
    String identity() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            int length = (int) Math.min(SAMPLE_BYTES, size);
            for (int sample = 0; sample < SAMPLES; sample++) {
                digest.update(readBytes((size - length) / (SAMPLES - 1) * sample, length));
            }
            return path.toAbsolutePath() + " " + size + " " + modified + " "
                    + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is in every JDK", e);
        }
    }

    /// Notices that somebody writes to the file. A file that takes its place does no harm: the opened one is read on.
    ///
    /// @throws WeightsUnreadable when the file is not what it was when it was opened
    void requireUnchanged() {
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            boolean same = fileKey(now).equals(fileKey);
            if (same && (now.size() != size || !now.lastModifiedTime().equals(modified))) {
                throw new WeightsUnreadable(path + ": changed while it was read");
            }
        } catch (IOException e) {
            // The path is gone, the opened file is not.
            return;
        }
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /// Fills `destination` with the bytes at `position`.
    ///
    /// @throws WeightsUnreadable when the disk fails, or the file has become shorter
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
            FileChannel current = enter();
            try {
                int count = current.read(buffer, position);
                if (count < 0) {
                    throw new WeightsUnreadable(path + ": truncated while it was read, at byte " + position);
                }
                position += count;
            } catch (ClosedByInterruptException e) {
                throw cancelled("reading was interrupted", e);
            } catch (ClosedChannelException e) {
                reopen(current, e);
            } catch (IOException e) {
                throw new WeightsUnreadable(
                        path + ": cannot be read at byte " + position + ": " + FileFault.describe(e), e);
            } finally {
                leave();
            }
        }
    }

    private synchronized FileChannel enter() {
        if (closed) {
            throw cancelled("closed while it was read", null);
        }
        readers++;
        return channel;
    }

    private synchronized void leave() {
        readers--;
        if (closed && readers == 0) {
            closeQuietly(channel);
        }
    }

    private CancellationException cancelled(String reason, Throwable cause) {
        CancellationException cancelled = new CancellationException(path + ": " + reason);
        cancelled.initCause(cause);
        return cancelled;
    }

    private synchronized void reopen(FileChannel broken, ClosedChannelException reason) {
        if (closed) {
            throw cancelled("closed while it was read", reason);
        }
        if (channel != broken) {
            return;
        }
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            if (!fileKey(now).equals(fileKey)
                    || now.size() != size
                    || !now.lastModifiedTime().equals(modified)) {
                throw new WeightsUnreadable(path + ": replaced while it was read");
            }
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new WeightsUnreadable(path + ": cannot be opened again: " + FileFault.describe(e), e);
        }
    }

    private static Object fileKey(BasicFileAttributes attributes) {
        return Objects.requireNonNullElse(attributes.fileKey(), "");
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (readers == 0) {
            closeQuietly(channel);
        }
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
