package io.logprobe.standalone.platform;

import com.sun.management.OperatingSystemMXBean;
import io.logprobe.standalone.broker.EmbeddedBroker;
import io.logprobe.standalone.database.EmbeddedDatabase;
import io.logprobe.standalone.externalhub.ExternalHub;
import io.logprobe.standalone.hub.LocalHub;
import io.logprobe.standalone.mail.MailSink;
import io.logprobe.standalone.process.Leash;
import io.logprobe.standalone.service.ServiceProcess;
import io.logprobe.standalone.service.ServiceSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// All of Logprobe on this machine: broker, database, Hub, mail server and the four services. What the services need
/// starts first, side by side, and stops last. The Hub may be one that somebody else runs.
public final class Platform implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /// Not virtual ones: one that waits for a lock in a class initialiser, as libraries do at their start, keeps its
    /// carrier, and on a small machine two of them leave none for the owner of the lock.
    private static final Executor THREADS =
            task -> Thread.ofPlatform().daemon().name("platform").start(task);

    private final DataFolder data;
    private final Consumer<String> notices;
    private final Closing closing = new Closing();
    private final List<CompletableFuture<?>> starting = new ArrayList<>();
    private final List<ServiceProcess> services = new ArrayList<>();
    private boolean closed;
    private URI hub;
    private MailSink mail;
    private URI web;

    private Platform(DataFolder data, Consumer<String> notices) {
        this.data = data;
        this.notices = notices;
    }

    /// Prepares a platform on a data folder, which it closes when it is closed itself.
    ///
    /// @param notices receives one line for whatever a user should know while it runs
    public static Platform on(DataFolder data, Consumer<String> notices) {
        return new Platform(data, notices);
    }

    /// Starts everything and returns when all services are ready. If anything fails, what was started is stopped.
    ///
    /// @throws StartBrokenOff if it is closed meanwhile
    public void start(PlatformSettings settings) {
        closing.add(data);
        try {
            data.belongTo(settings.hub().name());
            startParts(settings);
        } catch (RuntimeException e) {
            if (!beginToClose()) {
                throw new StartBrokenOff(e);
            }
            closeParts();
            throw e;
        }
    }

    /// Address of the web page and of the REST API.
    public URI web() {
        return web;
    }

    /// Address of the Hub that the services work with.
    public URI hub() {
        return hub;
    }

    public MailSink mail() {
        return mail;
    }

    public DataFolder data() {
        return data;
    }

    /// Stops the services, all at the same time, then everything else in the reverse order of the start. What is just
    /// starting is waited for: before it is there, nobody can stop it.
    @Override
    public void close() {
        if (beginToClose()) {
            closeParts();
        }
    }

    /// From now on nothing more is started.
    ///
    /// @return false if somebody else closes it, or has done so
    private synchronized boolean beginToClose() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    private void closeParts() {
        CompletableFuture.allOf(starting.toArray(CompletableFuture[]::new))
                .handle((_, _) -> null)
                .join();
        try {
            joined(services.stream()
                    .map(service -> CompletableFuture.runAsync(service::close, THREADS))
                    .toList());
        } finally {
            closing.closeAll(notices);
        }
    }

    private void startParts(PlatformSettings settings) {
        // Before anything is under way, since a port that is taken ends the start.
        KnownPorts ports = KnownPorts.choose(settings.webPort(), settings.hub());
        web = URI.create("http://" + reachable(settings.webHost()) + ":" + ports.web());

        Leash leash = startLeash();
        CompletableFuture<HubAccess> hubAccess = access(settings.hub(), ports);
        CompletableFuture<EmbeddedBroker> broker = started(() -> EmbeddedBroker.start(data.broker(), 0));
        CompletableFuture<EmbeddedDatabase> database = started(() -> startDatabase(leash));
        CompletableFuture<MailSink> sink = started(() -> MailSink.start(data.mail(), 0));
        joined(List.of(broker, database, sink, hubAccess));
        hub = hubAccess.join().uri();
        mail = sink.join();

        Addresses addresses =
                new Addresses(broker.join().bootstrapServers(), hubAccess.join(), mail.host(), mail.port(), web);
        ServicePlan plan =
                new ServicePlan(settings.home(), data, addresses, database.join(), settings.webHost(), ports.web());
        startServices(plan.services(MemoryPlan.of(machineBytes())), leash);
    }

    private synchronized Leash startLeash() {
        requireOpen();
        Leash leash = Leash.start();
        closing.add(leash);
        return leash;
    }

    private EmbeddedDatabase startDatabase(Leash leash) {
        EmbeddedDatabase database = EmbeddedDatabase.start(data.database());
        database.holdBy(leash);
        return database;
    }

    private CompletableFuture<HubAccess> access(HubChoice choice, KnownPorts ports) {
        return switch (choice) {
            case HubChoice.Local _ ->
                started(() -> startHub(ports.hub().getAsInt())).thenApply(local -> HubAccess.local(local.uri()));
            case HubChoice.External(ExternalHub external) ->
                CompletableFuture.completedFuture(HubAccess.external(external));
        };
    }

    private LocalHub startHub(int port) {
        try {
            return LocalHub.start(data.hub(), port);
        } catch (IOException e) {
            throw new UncheckedIOException("the local Hub cannot be started: " + e.getMessage(), e);
        }
    }

    private void startServices(List<ServiceSpec> specs, Leash leash) {
        launch(specs, leash);
        joined(services.stream()
                .map(service -> CompletableFuture.runAsync(() -> service.awaitReady(PATIENCE), THREADS))
                .toList());
    }

    private synchronized void launch(List<ServiceSpec> specs, Leash leash) {
        requireOpen();
        for (ServiceSpec spec : specs) {
            services.add(ServiceProcess.start(spec, data.root(), leash, notices));
        }
    }

    /// Starts a part on a thread of its own, to be closed with the platform.
    private synchronized <T extends AutoCloseable> CompletableFuture<T> started(Supplier<T> part) {
        requireOpen();
        CompletableFuture<T> started = CompletableFuture.supplyAsync(
                () -> {
                    T running = part.get();
                    closing.add(running);
                    return running;
                },
                THREADS);
        starting.add(started);
        return started;
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("closed while it was starting");
        }
    }

    /// Waits for all; the first failure, if any, is thrown after the others have come to their end.
    private static void joined(List<? extends CompletableFuture<?>> parts) {
        try {
            CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static String reachable(String host) {
        try {
            return InetAddress.getByName(host).isAnyLocalAddress()
                    ? InetAddress.getLocalHost().getHostName()
                    : host;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the host '" + host + "' is unknown", e);
        }
    }

    private static long machineBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }
}
