package io.logprobe.worker.model;

import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.worker.WorkerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Models on this node's disk, each at its commit.
///
/// ```
/// <cache>/blobs/<digest>                       contents, verified before they get this name
/// <cache>/models/<owner>--<name>--<commit>/    hard links to them; `.complete` names the model and is written last
/// <cache>/locks/<owner>--<name>--<commit>      held while a model is downloaded, by any process
/// ```
///
/// A model that is one GGUF file of its repository, or the parts of one, has a folder of its own, with digits of
/// the path's SHA-256 at the end of its name.
@ApplicationScoped
public class ModelCache {

    private static final String COMPLETE = ".complete";
    private static final String SEPARATOR = "--";
    private static final int PATH_DIGITS = 16;

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
        private final Path location;

        private CachedModel(String name, Path location) {
            this.name = name;
            this.location = location;
            inUse.merge(name, 1, Integer::sum);
        }

        /// The model's folder, or its first GGUF file.
        public Path location() {
            return location;
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
        String name = folderName(model);
        ReentrantLock lock = locks.computeIfAbsent(name, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            Path folder = root.resolve("models").resolve(name);
            if (!Files.exists(folder.resolve(COMPLETE))) {
                fill(model, name, folder);
            }
            Files.setLastModifiedTime(folder.resolve(COMPLETE), FileTime.from(Instant.now()));
            return new CachedModel(name, model.file() == null ? folder : folder.resolve(fileName(model.file())));
        } catch (IOException e) {
            throw new ModelUnavailable(
                    FailureKind.RESOURCE_EXHAUSTED,
                    "model " + model.name() + " cannot be kept on this node's disk: " + reason(e),
                    e);
        } finally {
            lock.unlock();
        }
    }

    /// A message in which the model's files are named as a user knows them, by their repository, instead of by where
    /// they are on this node.
    public String inTermsOfTheRepository(String message, ModelRevision model) {
        String folder = root.resolve("models").resolve(folderName(model)).toString();
        String repository = "model " + model.id();
        return message.replaceAll(Pattern.quote(folder + "/") + "([^\\s:,;'\"]+)", "$1 of " + repository)
                .replace(folder, repository);
    }

    /// The models that need no download, as [ModelRevision#pinned()] names them.
    public List<String> cached() {
        try (Stream<Path> folders = Files.list(root.resolve("models"))) {
            return folders.map(ModelCache::nameOf)
                    .flatMap(Optional::stream)
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
            List<HubFile> files = ModelFiles.select(hub.files(model), model.file());
            requireAll(model, files);
            new CacheEviction(root, COMPLETE)
                    .makeRoom(files.stream().mapToLong(HubFile::size).sum(), limitBytes, inUse.keySet());
            Files.createDirectories(folder);
            for (HubFile file : files) {
                link(folder.resolve(fileName(file.path())), download.fetch(model, file));
            }
            Files.writeString(folder.resolve(COMPLETE), model.pinned() + "\n");
        }
    }

    private static void requireAll(ModelRevision model, List<HubFile> files) {
        Optional<String> missing = model.file() == null
                ? Optional.of("weights in a format that can be read (safetensors, pytorch_model.bin)")
                        .filter(_ -> files.isEmpty())
                : ModelFiles.missing(files, model.file()).map(path -> "file " + path + " at " + model.revision());
        if (missing.isPresent()) {
            throw new ModelUnavailable(
                    FailureKind.INVALID_INPUT, "model " + model.id() + " has no " + missing.get(), null);
        }
    }

    private static String folderName(ModelRevision model) {
        String name = model.id().replace("/", SEPARATOR) + SEPARATOR + model.revision();
        if (model.file() == null) {
            return name;
        }
        String digest = ContentDigest.Sha256.of(model.file().getBytes(StandardCharsets.UTF_8))
                .hex();
        return name + SEPARATOR + digest.substring(0, PATH_DIGITS);
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static void link(Path target, Path blob) throws IOException {
        Files.deleteIfExists(target);
        try {
            Files.createLink(target, blob);
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.copy(blob, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// What is in a folder, if it is complete.
    private static Optional<String> nameOf(Path folder) {
        try {
            return Optional.of(Files.readString(folder.resolve(COMPLETE)).strip())
                    .filter(name -> !name.isEmpty());
        } catch (IOException e) {
            // It is being filled, or has just been evicted.
            return Optional.empty();
        }
    }

    private static String reason(IOException failure) {
        return failure instanceof FileSystemException named && named.getReason() != null
                ? named.getReason()
                : failure.toString();
    }
}
