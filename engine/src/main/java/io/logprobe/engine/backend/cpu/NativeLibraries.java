package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.failure.BackendUnavailable;
import io.logprobe.engine.failure.FileFault;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;

/// Puts the native libraries that a jar carries where the dynamic linker can read them: once per version, in a folder
/// of the user's own.
final class NativeLibraries {

    static final String ONEDNN = "libdnnl.so.3";

    private static final String RESOURCES = "org/bytedeco/dnnl/linux-x86_64/";

    private NativeLibraries() {}

    /// The file of a library.
    ///
    /// @throws BackendUnavailable where the class path has none for this platform, or it cannot be written
    static Path locate(String name) {
        URL resource = NativeLibraries.class.getClassLoader().getResource(RESOURCES + name);
        if (resource == null) {
            throw new BackendUnavailable("backend cpu needs " + name + ", which is there for Linux on x86-64 only");
        }
        try {
            URLConnection connection = resource.openConnection();
            connection.setUseCaches(false);
            try (InputStream content = connection.getInputStream()) {
                long size = connection.getContentLengthLong();
                UnpackedCopies copies = new UnpackedCopies(folder());
                Path folder = copies.use(Long.toHexString(version(connection)), Instant.now());
                Path file = folder.resolve(name);
                if (!Files.exists(file) || Files.size(file) != size) {
                    Path partial = Files.createTempFile(folder, name, ".partial");
                    Files.copy(content, partial, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                }
                return file;
            }
        } catch (IOException e) {
            throw new BackendUnavailable("backend cpu: " + name + " cannot be unpacked: " + FileFault.describe(e), e);
        }
    }

    /// The same for all libraries of a jar, wherever it was copied to: the checksum of the one that needs the others.
    private static long version(URLConnection connection) throws IOException {
        return connection instanceof JarURLConnection jar
                ? jar.getJarFile().getJarEntry(RESOURCES + ONEDNN).getCrc()
                : connection.getLastModified();
    }

    private static Path folder() throws IOException {
        Path cache = Path.of(System.getProperty("user.home"), ".cache", "logprobe");
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        try {
            Files.createDirectories(cache.getParent());
            if (!Files.isDirectory(cache)) {
                Files.createDirectory(cache, ownerOnly);
            }
            if (Files.isWritable(cache)) {
                return cache;
            }
        } catch (IOException e) {
            // A service's user may have no home: a folder for this process will do.
        }
        return Files.createTempDirectory("logprobe", ownerOnly);
    }
}
