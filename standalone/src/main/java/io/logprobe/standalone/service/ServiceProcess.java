package io.logprobe.standalone.service;

import io.logprobe.contracts.StopGrace;
import io.logprobe.standalone.process.Leash;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Keeps one service running: a process of its own, started again whenever it ends by itself.
public final class ServiceProcess implements AutoCloseable {

    private static final long LOG_LIMIT = 16 << 20;

    /// A user's tokens go to the services that are given them, and no token of one Hub goes to another.
    private static final Set<String> NOT_INHERITED = Set.of("HF_TOKEN", "LOGPROBE_HUB_URL", "LOGPROBE_HUB_TOKEN");

    private final ServiceSpec spec;
    private final Path workingFolder;
    private final Path log;
    private final Leash leash;
    private final Consumer<String> notices;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread keeper;
    private volatile Process process;
    private volatile boolean wasReady;

    private ServiceProcess(ServiceSpec spec, Path data, Leash leash, Consumer<String> notices) {
        this.spec = spec;
        this.workingFolder = data.resolve("services").resolve(spec.name());
        this.log = data.resolve("logs").resolve(spec.name() + ".log");
        this.leash = leash;
        this.notices = notices;
        this.keeper = Thread.ofVirtual().name("keeper-" + spec.name()).unstarted(this::keepRunning);
    }

    /// Starts the service; it is not ready yet.
    ///
    /// @param data folder that takes its configuration and its log
    /// @param leash ends the process if this one is killed
    /// @param notices receives one line whenever the service ends by itself
    public static ServiceProcess start(ServiceSpec spec, Path data, Leash leash, Consumer<String> notices) {
        ServiceProcess service = new ServiceProcess(spec, data.toAbsolutePath(), leash, notices);
        try {
            service.writeConfiguration();
            Files.createDirectories(service.log.getParent());
            service.process = service.launch();
        } catch (IOException e) {
            throw new ServiceFailure(spec.name() + " cannot be started: " + e.getMessage(), e);
        }
        service.keeper.start();
        return service;
    }

    public ServiceSpec spec() {
        return spec;
    }

    /// The process that runs the service now, or ran it last.
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /// Waits until the service says that it is ready.
    ///
    /// @throws ServiceFailure if it ends before that, or takes longer than `patience`
    public void awaitReady(Duration patience) {
        Instant deadline = Instant.now().plus(patience);
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!isReady(client)) {
                Process current = process;
                if (!current.isAlive()) {
                    throw new ServiceFailure(spec.name() + " ended with status " + current.exitValue()
                            + " before it was ready; its log is " + log);
                }
                if (Instant.now().isAfter(deadline)) {
                    throw new ServiceFailure(
                            spec.name() + " was not ready after " + patience.toSeconds() + " s; its log is " + log);
                }
                if (stopping.await(50, TimeUnit.MILLISECONDS)) {
                    throw new ServiceFailure(spec.name() + " was stopped before it was ready");
                }
            }
            wasReady = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceFailure("interrupted while waiting for " + spec.name(), e);
        }
    }

    /// Asks the service to stop, and forces it to after a while.
    @Override
    public void close() {
        stopping.countDown();
        Process last = process;
        last.destroy();
        try {
            if (!last.waitFor(StopGrace.UNTIL_KILL)) {
                notices.accept(
                        spec.name() + " did not stop in " + StopGrace.UNTIL_KILL.toSeconds() + " s and is killed");
                last.destroyForcibly();
            }
            keeper.join();
        } catch (InterruptedException e) {
            last.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean isReady(HttpClient client) throws InterruptedException {
        URI health = URI.create("http://127.0.0.1:" + spec.port() + "/q/health/ready");
        HttpRequest request =
                HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(5)).build();
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            // Nobody listens yet.
            return false;
        }
    }

    private void keepRunning() {
        RestartPause pause = RestartPause.FIRST;
        while (true) {
            Instant started = Instant.now();
            int status = awaitEnd();
            if (stopping.getCount() == 0 || !wasReady) {
                return;
            }
            notices.accept(spec.name() + " ended with status " + status + " and starts again in "
                    + pause.value().toSeconds() + " s; its log is " + log);
            do {
                if (pausedUntilStop(pause)) {
                    return;
                }
                pause = pause.after(Duration.between(started, Instant.now()));
            } while (!restart());
        }
    }

    private int awaitEnd() {
        Process current = process;
        int status = current.onExit().join().exitValue();
        leash.release(current.pid());
        return status;
    }

    private boolean pausedUntilStop(RestartPause pause) {
        try {
            return stopping.await(pause.value().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private boolean restart() {
        try {
            process = launch();
        } catch (IOException e) {
            notices.accept(spec.name() + " cannot be started again, which is tried further: " + e.getMessage());
            return false;
        }
        // close() may have looked at the process before.
        if (stopping.getCount() == 0) {
            process.destroy();
        }
        return true;
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>();
        // The shell ignores the terminal's Ctrl-C on behalf of the service, which is stopped in order instead.
        command.addAll(List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh", java()));
        command.addAll(spec.jvmOptions());
        command.addAll(
                List.of("-jar", spec.application().resolve("quarkus-run.jar").toString()));
        if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
            Files.move(log, log.resolveSibling(spec.name() + ".1.log"), StandardCopyOption.REPLACE_EXISTING);
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workingFolder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeAll(NOT_INHERITED);
        builder.environment().putAll(spec.environment());
        Process launched = builder.start();
        launched.getOutputStream().close();
        leash.hold(launched.pid(), Leash.Signal.TERM);
        return launched;
    }

    private static String java() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    /// Quarkus reads `config/application.properties` in its working folder; readable by its owner alone, as it holds
    /// the database's password.
    private void writeConfiguration() throws IOException {
        Path file = workingFolder.resolve("config/application.properties");
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Properties properties = new Properties();
        properties.putAll(spec.configuration());
        properties.setProperty("quarkus.http.port", Integer.toString(spec.port()));
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, spec.name());
        }
    }
}
