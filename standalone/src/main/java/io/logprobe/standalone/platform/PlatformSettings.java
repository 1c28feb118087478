package io.logprobe.standalone.platform;

import java.nio.file.Path;
import java.util.OptionalInt;

/// What a user can choose about a start.
///
/// @param home the repository, whose modules are built
/// @param webHost address that the web page and the REST API listen on
/// @param webPort their port; if absent the usual one, or any free one where that is taken
/// @param hub the Hub to work with
public record PlatformSettings(Path home, String webHost, OptionalInt webPort, HubChoice hub) {

    /// Port of the web page unless another is asked for.
    public static final int USUAL_WEB_PORT = 8080;

    /// Port of the local Hub unless another is asked for: links to pull requests outlive a restart.
    public static final int USUAL_HUB_PORT = 8090;

    /// Reachable from this machine only.
    public static final String LOOPBACK = "127.0.0.1";
}
