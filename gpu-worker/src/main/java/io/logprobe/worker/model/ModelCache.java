package io.logprobe.worker.model;

import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.worker.WorkerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Models on this node's disk, each at its commit.
///
/// ```
/// <cache>/blobs/<digest>                       contents, verified before they get this name
/// <cache>/models/<owner>--<name>--<commit>/    hard links to them; `.complete` is written last
/// <cache>/locks/<owner>--<name>--<commit>      held while a model is downloaded, by any process
/// ```
@ApplicationScoped
public class ModelCache {

    private static final String COMPLETE = ".complete";
    private static final String SEPARATOR = "--";

    private final Path root;
    private final long limitBytes;
    private final Hub hub;
    private final BlobDownload download;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final Map<String, Integer> inUse = new ConcurrentHashMap<>();

    ModelCache(WorkerConfig config, Hub hub) {
        this.root = config.cacheDirectory().toAbsolutePath();
        this.limitBytes = config.cacheSize().bytes();
        this.hub = hub;
        this.download = new BlobDownload(hub, root.resolve("blobs"));
    }

    /// A model that stays on the disk until it is closed.
    public final class CachedModel implements AutoCloseable {

        private final String name;
        private final Path folder;

        private CachedModel(String name, Path folder) {
            this.name = name;
            this.folder = folder;
            inUse.merge(name, 1, Integer::sum);
        }

        public Path folder() {
            return folder;
        }

        @Override
        public void close() {
            inUse.computeIfPresent(name, (_, users) -> users == 1 ? null : users - 1);
        }
    }

    /// The model's files, downloaded if they are not here yet.
    ///
    /// @throws ModelUnavailable if they cannot be had
    public CachedModel acquire(ModelRevision model) throws InterruptedException {
        String name = model.id().replace("/", SEPARATOR) + SEPARATOR + model.revision();
        ReentrantLock lock = locks.computeIfAbsent(name, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            Path folder = root.resolve("models").resolve(name);
            if (!Files.exists(folder.resolve(COMPLETE))) {
                fill(model, name, folder);
            }
            Files.setLastModifiedTime(folder.resolve(COMPLETE), FileTime.from(Instant.now()));
            return new CachedModel(name, folder);
        } catch (IOException e) {
            throw new ModelUnavailable(
                    FailureKind.RESOURCE_EXHAUSTED,
                    "model " + model.id() + " cannot be kept on this node's disk: " + reason(e),
                    e);
        } finally {
            lock.unlock();
        }
    }

    /// The models that need no download, as `owner/name@commit`.
    public List<String> cached() {
        try (Stream<Path> folders = Files.list(root.resolve("models"))) {
            return folders.filter(folder -> Files.exists(folder.resolve(COMPLETE)))
                    .map(folder -> folder.getFileName().toString())
                    .map(ModelCache::written)
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void fill(ModelRevision model, String name, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(root.resolve("locks"));
        Files.createDirectories(root.resolve("blobs"));
        try (FileChannel channel = FileChannel.open(
                        root.resolve("locks").resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (Files.exists(folder.resolve(COMPLETE))) {
                return;
            }
            List<HubFile> files = ModelFiles.select(hub.files(model));
            if (files.isEmpty()) {
                throw new ModelUnavailable(
                        FailureKind.INVALID_INPUT,
                        "model " + model.id() + " has no weights in a format that can be read"
                                + " (safetensors, pytorch_model.bin, gguf)",
                        null);
            }
            new CacheEviction(root, COMPLETE)
                    .makeRoom(files.stream().mapToLong(HubFile::size).sum(), limitBytes, inUse.keySet());
            Files.createDirectories(folder);
            for (HubFile file : files) {
                link(folder.resolve(file.path()), download.fetch(model, file));
            }
            Files.writeString(folder.resolve(COMPLETE), model.id() + "@" + model.revision() + "\n");
        }
    }

    private static void link(Path target, Path blob) throws IOException {
        Files.deleteIfExists(target);
        try {
            Files.createLink(target, blob);
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.copy(blob, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String written(String folder) {
        int commit = folder.lastIndexOf(SEPARATOR);
        return folder.substring(0, commit).replaceFirst(SEPARATOR, "/") + "@"
                + folder.substring(commit + SEPARATOR.length());
    }

    private static String reason(IOException failure) {
        return failure instanceof FileSystemException named && named.getReason() != null
                ? named.getReason()
                : failure.toString();
    }
}
