package io.logprobe.messaging.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/// The real parts that a tested service works with, in a folder of their own. Closed, nothing of either is left,
/// however many of them had been started.
public final class Neighbours implements AutoCloseable {

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Path folder;

    public Neighbours() {
        try {
            folder = Files.createTempDirectory("neighbours");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where a part keeps what it keeps.
    public Path folder(String name) {
        return folder.resolve(name);
    }

    /// To be closed before those that were added earlier.
    public <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() {
        IllegalStateException failures = new IllegalStateException("not everything could be closed");
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                failures.addSuppressed(e);
            }
        }
        try (Stream<Path> entries = Files.walk(folder)) {
            List<Path> deepestFirst = entries.sorted(Comparator.reverseOrder()).toList();
            for (Path entry : deepestFirst) {
                Files.delete(entry);
            }
        } catch (IOException e) {
            failures.addSuppressed(e);
        }
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
    }
}
