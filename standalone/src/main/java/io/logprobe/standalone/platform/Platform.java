package io.logprobe.standalone.platform;

import com.sun.management.OperatingSystemMXBean;
import io.logprobe.standalone.broker.EmbeddedBroker;
import io.logprobe.standalone.database.EmbeddedDatabase;
import io.logprobe.standalone.externalhub.ExternalHub;
import io.logprobe.standalone.hub.LocalHub;
import io.logprobe.standalone.mail.MailSink;
import io.logprobe.standalone.network.Port;
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
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final AtomicBoolean closed = new AtomicBoolean();
    private final List<ServiceProcess> services = new CopyOnWriteArrayList<>();
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
    public void start(PlatformSettings settings) {
        closing.add(data);
        try {
            data.belongTo(settings.hub().name());
            startParts(settings);
        } catch (RuntimeException e) {
            close();
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

    /// Stops the services, all at the same time, then everything else in the reverse order of the start.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        joined(services.stream()
                .map(service -> CompletableFuture.runAsync(service::close, THREADS))
                .toList());
        closing.closeAll(notices);
    }

    private void startParts(PlatformSettings settings) {
        int webPort = port(settings.webPort(), PlatformSettings.USUAL_WEB_PORT, "the web page");
        web = URI.create("http://" + reachable(settings.webHost()) + ":" + webPort);

        // First, since a port that is taken must be noticed before anything else is under way.
        CompletableFuture<HubAccess> hubAccess = access(settings.hub());
        CompletableFuture<EmbeddedBroker> broker = started(() -> EmbeddedBroker.start(data.broker(), 0));
        CompletableFuture<EmbeddedDatabase> database = started(() -> EmbeddedDatabase.start(data.database()));
        CompletableFuture<MailSink> sink = started(() -> MailSink.start(data.mail(), 0));
        joined(List.of(broker, database, sink, hubAccess));
        hub = hubAccess.join().uri();
        mail = sink.join();

        Addresses addresses =
                new Addresses(broker.join().bootstrapServers(), hubAccess.join(), mail.host(), mail.port(), web);
        ServicePlan plan =
                new ServicePlan(settings.home(), data, addresses, database.join(), settings.webHost(), webPort);
        startServices(plan.services(MemoryPlan.of(machineBytes())));
    }

    private static int port(OptionalInt wanted, int usual, String purpose) {
        return wanted.isPresent() ? Port.choose(wanted.getAsInt(), purpose) : Port.prefer(usual, purpose);
    }

    private CompletableFuture<HubAccess> access(HubChoice choice) {
        return switch (choice) {
            case HubChoice.Local(OptionalInt wanted) -> {
                int port = port(wanted, PlatformSettings.USUAL_HUB_PORT, "the local Hub");
                yield started(() -> startHub(port)).thenApply(local -> HubAccess.local(local.uri()));
            }
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

    private void startServices(List<ServiceSpec> specs) {
        Leash leash = Leash.start();
        closing.add(leash);
        for (ServiceSpec spec : specs) {
            services.add(ServiceProcess.start(spec, data.root(), leash, notices));
        }
        joined(services.stream()
                .map(service -> CompletableFuture.runAsync(() -> service.awaitReady(PATIENCE), THREADS))
                .toList());
    }

    /// Starts a part on a thread of its own, to be closed with the platform.
    private <T extends AutoCloseable> CompletableFuture<T> started(Supplier<T> part) {
        return CompletableFuture.supplyAsync(
                () -> {
                    T running = part.get();
                    closing.add(running);
                    return running;
                },
                THREADS);
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
