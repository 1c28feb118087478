package io.logprobe.engine;

import io.logprobe.engine.failure.FileFault;
import io.logprobe.engine.failure.InvalidInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps a checkpoint to one job at a time. The lock is on a file beside it, because the checkpoint itself is replaced
/// while the job runs; the system ends it with the process, however that dies.
///
/// ```
/// <checkpoint>.lock    number of the process that has it
/// ```
final class CheckpointLock implements AutoCloseable {

    /// Locks of this process. The system knows one owner per process, and takes the lock from it as soon as any
    /// channel to the file is closed: no second one may be opened.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private CheckpointLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// Takes the lock of a checkpoint that may be there or not.
    ///
    /// @throws InvalidInput when another job has it, or it cannot be taken there
    static CheckpointLock take(Path checkpoint) {
        Path folder = checkpoint.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new InvalidInput("checkpoint " + checkpoint + ": there is no folder " + folder);
        }
        if (Files.exists(checkpoint) && !Files.isRegularFile(checkpoint)) {
            throw new InvalidInput("checkpoint " + checkpoint + " is not a regular file");
        }
        try {
            Path file = folder.toRealPath().resolve(checkpoint.getFileName() + ".lock");
            long own = ProcessHandle.current().pid();
            if (!HELD.add(file)) {
                throw inUse(checkpoint, Long.toString(own));
            }
            try {
                Optional<FileChannel> channel = Optional.empty();
                while (channel.isEmpty()) {
                    channel = locked(checkpoint, file);
                }
                write(channel.get(), Long.toString(own));
                return new CheckpointLock(file, channel.get());
            } catch (IOException | RuntimeException e) {
                HELD.remove(file);
                throw e;
            }
        } catch (IOException e) {
            throw new InvalidInput("checkpoint " + checkpoint + " cannot be locked: " + FileFault.describe(e), e);
        }
    }

    /// A job that ends deletes the file before its lock ends. Whoever opened it before then locks a file without a
    /// name, sees that another is there or none, and tries again.
    private static Optional<FileChannel> locked(Path checkpoint, Path file) throws IOException {
        try {
            Object before = identity(file);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
            boolean ours = false;
            try {
                if (channel.tryLock() == null) {
                    throw inUse(checkpoint, Files.readString(file));
                }
                ours = identity(file).equals(before);
                return ours ? Optional.of(channel) : Optional.empty();
            } finally {
                if (!ours) {
                    channel.close();
                }
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// The number of the file's inode; the file is made if it is not there.
    private static Object identity(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // All the better.
        }
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private static void write(FileChannel channel, String owner) throws IOException {
        try {
            channel.truncate(channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8))));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static InvalidInput inUse(Path checkpoint, String process) {
        return new InvalidInput(
                "checkpoint " + checkpoint + " is in use by process " + process + "; give each job its own");
    }

    /// Nobody else can have the lock yet: the file that is deleted is ours.
    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The lock has ended all the same, and the file alone keeps nobody out.
        } finally {
            HELD.remove(file);
        }
    }
}
