package io.logprobe.worker.model;

import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.spec.ModelRevision;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Brings contents into the cache. A content gets its name only when it is complete, on the disk and verified; what a
/// broken download leaves is continued by the next.
final class BlobDownload {

    private final Hub hub;
    private final Path blobs;

    BlobDownload(Hub hub, Path blobs) {
        this.hub = hub;
        this.blobs = blobs;
    }

    /// The content of a file.
    ///
    /// @throws ModelUnavailable if the Hub does not give it, or gives something else
    Path fetch(ModelRevision model, HubFile file) throws IOException, InterruptedException {
        Path blob = blobs.resolve(file.digest().hex());
        if (Files.exists(blob)) {
            return blob;
        }
        Path part = blobs.resolve(file.digest().hex() + ".part");
        long present = Files.exists(part) ? Files.size(part) : 0;
        if (present > file.size()) {
            Files.delete(part);
            present = 0;
        }
        if (present < file.size() || present == 0) {
            append(model, file, part, present);
        }
        if (Files.size(part) != file.size() || !file.digest().matches(part)) {
            Files.delete(part);
            throw new ModelUnavailable(
                    FailureKind.UPSTREAM_UNAVAILABLE,
                    file.path() + " of model " + model.id() + " arrived damaged: its digest is not "
                            + file.digest().hex(),
                    null);
        }
        return Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE);
    }

    private void append(ModelRevision model, HubFile file, Path part, long present)
            throws IOException, InterruptedException {
        Hub.Content content = hub.open(model, file, present);
        try (InputStream stream = content.stream();
                FileChannel target = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            target.position(content.resumed() ? present : 0);
            byte[] buffer = new byte[1 << 20];
            for (int read = read(stream, buffer, model, file); read >= 0; read = read(stream, buffer, model, file)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped while downloading " + file.path());
                }
                if (target.position() + read > file.size()) {
                    throw new ModelUnavailable(
                            FailureKind.UPSTREAM_UNAVAILABLE,
                            file.path() + " of model " + model.id() + " is longer than the " + file.size()
                                    + " bytes announced",
                            null);
                }
                write(target, ByteBuffer.wrap(buffer, 0, read));
            }
            target.truncate(target.position());
            target.force(true);
        }
    }

    private static void write(FileChannel target, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int _ = target.write(bytes);
        }
    }

    /// Trouble while reading is the Hub's, trouble while writing is the disk's.
    private static int read(InputStream stream, byte[] buffer, ModelRevision model, HubFile file) {
        try {
            return stream.read(buffer);
        } catch (IOException e) {
            throw new ModelUnavailable(
                    FailureKind.UPSTREAM_UNAVAILABLE,
                    "the download of " + file.path() + " of model " + model.id() + " broke off: " + e.getMessage(),
                    e);
        }
    }
}
