package io.logprobe.standalone;

import io.logprobe.standalone.platform.DataFolder;
import io.logprobe.standalone.platform.DataFolderGone;
import io.logprobe.standalone.platform.HubChoice;
import io.logprobe.standalone.platform.Platform;
import io.logprobe.standalone.platform.PlatformSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/// What every command that starts the platform takes.
final class StartOptions {

    @Option(names = "--home", hidden = true, required = true, description = "The repository; the launcher knows it.")
    private Path home;

    @Option(
            names = "--port",
            converter = PortNumber.class,
            description = "Port of the web page and the REST API; 0 for any free one (default: 8080 if that is free).")
    private Integer port;

    @Option(
            names = "--hub-port",
            converter = PortNumber.class,
            description = "Port of the local Hub; 0 for any free one (default: 8090 if that is free).")
    private Integer hubPort;

    @Option(
            names = "--host",
            defaultValue = PlatformSettings.LOOPBACK,
            description = "Address they listen on (default: ${DEFAULT-VALUE}, this machine only).")
    private String host;

    @Option(names = "--data", description = "Folder that keeps everything (default: .logprobe/ in the repository).")
    private Path data;

    /// Refuses what cannot be started, before anything is touched.
    void check() {
        if (hubPort != null && hubPort != 0 && hubPort.equals(port)) {
            throw new RefusedOption("--port and --hub-port are both " + port + ": give each a port of its own");
        }
        try {
            var unused = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new RefusedOption("--host " + host + " is unknown");
        }
    }

    /// The data folder that was asked for, or `usual` within the repository's own.
    DataFolder takeData(String usual) {
        return DataFolder.take(data != null ? data : home.resolve(".logprobe").resolve(usual));
    }

    boolean dataGiven() {
        return data != null;
    }

    boolean hubPortGiven() {
        return hubPort != null;
    }

    HubChoice localHub() {
        return new HubChoice.Local(optional(hubPort));
    }

    /// Starts everything; it stops when this process ends, however that comes.
    Platform start(DataFolder folder, HubChoice hub) {
        StandaloneLog.writeTo(folder.logs());
        Platform platform = Platform.on(folder, notice -> System.err.println("logprobe: " + notice));
        Runtime.getRuntime().addShutdownHook(new Thread(platform::close, "shutdown"));
        platform.start(new PlatformSettings(home, host, optional(port), hub));
        return platform;
    }

    /// Stays until this process is ended from outside.
    ///
    /// @throws DataFolderGone if there is nothing left to work with
    static void stay(DataFolder folder) throws InterruptedException {
        folder.awaitLoss();
        throw new DataFolderGone(folder.root());
    }

    private static OptionalInt optional(Integer port) {
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }
}
