package io.logprobe.standalone.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/// Ports that processes of one user have chosen: a locked file each, released when the process ends, however that
/// comes.
final class PortClaims {

    private final Path folder;
    private final Map<Integer, FileChannel> held = new HashMap<>();

    PortClaims(Path folder) {
        this.folder = folder;
    }

    static PortClaims ofThisUser() {
        return new PortClaims(
                Path.of(System.getProperty("java.io.tmpdir"), "logprobe-ports-" + System.getProperty("user.name")));
    }

    /// Whether this process has claimed the port.
    synchronized boolean holds(int port) {
        return held.containsKey(port);
    }

    /// Claims a port.
    ///
    /// @return false if it is claimed already, by this process or another
    synchronized boolean claim(int port) {
        if (held.containsKey(port)) {
            return false;
        }
        try {
            FileChannel file = FileChannel.open(
                    Files.createDirectories(folder).resolve(Integer.toString(port)),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            if (!lock(file)) {
                file.close();
                return false;
            }
            held.put(port, file);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " cannot be claimed in " + folder, e);
        }
    }

    private static boolean lock(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }
}
