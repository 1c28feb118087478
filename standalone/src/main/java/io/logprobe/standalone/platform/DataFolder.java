package io.logprobe.standalone.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The folder that holds everything: records, database, models, e-mails, logs. One process has it at a time.
public final class DataFolder implements AutoCloseable {

    /// What a folder notes whose jobs are those of its local Hub.
    static final String LOCAL_HUB = "local";

    private static final String LOCK = "lock";
    private static final Duration GLANCE = Duration.ofMillis(500);

    private final Path root;
    private final FileChannel lock;

    private DataFolder(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /// Creates the folder if need be and takes it.
    ///
    /// @throws DataFolderInUse if another process has it
    public static DataFolder take(Path root) {
        try {
            Path folder = Files.createDirectories(root).toRealPath();
            FileChannel channel = FileChannel.open(
                    folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!isTaken(channel)) {
                String holder = holder(channel);
                channel.close();
                throw new DataFolderInUse(folder, holder);
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new DataFolder(folder, channel);
        } catch (IOException e) {
            throw new UncheckedIOException("the data folder " + root + " cannot be used", e);
        }
    }

    public Path root() {
        return root;
    }

    public Path broker() {
        return root.resolve("broker");
    }

    public Path database() {
        return root.resolve("database");
    }

    /// Root of the local Hub: put a model into `models/<owner>/<name>/` and it is there.
    public Path hub() {
        return root.resolve("hub");
    }

    public Path mail() {
        return root.resolve("mail");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    public Path modelCache() {
        return root.resolve("cache");
    }

    /// Notes whose jobs these are. Jobs of one Hub must not go on with another, nor their pull requests go there.
    ///
    /// @param wanted name of the Hub that is worked with from now on
    /// @throws DataOfAnotherHub if the folder holds jobs of another one
    void belongTo(String wanted) {
        Path note = root.resolve("belongs-to");
        try {
            if (Files.exists(note) || Files.exists(database())) {
                // Folders of before there was a choice have no note.
                String owner = Files.exists(note) ? Files.readString(note).strip() : LOCAL_HUB;
                if (!owner.equals(wanted)) {
                    throw new DataOfAnotherHub(root, owner, wanted);
                }
            }
            Files.writeString(note, wanted + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("the note " + note + " cannot be read or written", e);
        }
    }

    /// Returns once somebody has deleted or moved it.
    public void awaitLoss() throws InterruptedException {
        while (Files.exists(root.resolve(LOCK))) {
            Thread.sleep(GLANCE);
        }
    }

    /// Deletes everything in it.
    public void clear() {
        try (Stream<Path> entries = Files.walk(root)) {
            List<Path> deepestFirst = entries.sorted(Comparator.reverseOrder())
                    .filter(entry -> !entry.equals(root) && !entry.equals(root.resolve(LOCK)))
                    .toList();
            for (Path entry : deepestFirst) {
                Files.delete(entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the data folder " + root + " cannot be cleared", e);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the lock of the data folder " + root + " cannot be released", e);
        }
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            FileLock taken = channel.tryLock();
            return taken != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        return new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII);
    }
}
