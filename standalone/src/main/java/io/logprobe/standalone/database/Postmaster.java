package io.logprobe.standalone.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/// The server process that holds a data folder, for instance because what started it was killed.
record Postmaster(ProcessHandle process) {

    /// The living server of a data folder, as its lock file names it.
    static Optional<Postmaster> of(Path data) {
        Path lock = data.resolve("postmaster.pid");
        if (!Files.exists(lock)) {
            return Optional.empty();
        }
        try {
            String number = Files.readString(lock).lines().findFirst().orElse("");
            return ProcessHandle.of(Long.parseLong(number.strip()))
                    .filter(process -> isServerOf(process, data))
                    .map(Postmaster::new);
        } catch (IOException e) {
            throw new UncheckedIOException(lock + " cannot be read", e);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// Ends the server in order, connections or not; after half a minute, by force. One that has ended is no matter.
    void stop() {
        if (!process.isAlive()) {
            return;
        }
        try {
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL, process " + process.pid() + ", cannot be stopped", e);
        } catch (CompletionException e) {
            process.destroyForcibly();
            process.onExit().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The number in the lock file may belong to an unrelated process by now.
    private static boolean isServerOf(ProcessHandle process, Path data) {
        return process.info()
                .commandLine()
                .filter(command -> command.contains("postgres") && command.contains(data.toString()))
                .isPresent();
    }
}
