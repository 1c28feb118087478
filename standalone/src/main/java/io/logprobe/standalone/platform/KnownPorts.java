package io.logprobe.standalone.platform;

import io.logprobe.standalone.network.Port;
import java.util.OptionalInt;

/// The ports that users know, unlike all others, which are any free ones.
///
/// @param web of the web page and the REST API
/// @param hub of the local Hub, if there is one
record KnownPorts(int web, OptionalInt hub) {

    private static final String WEB = "the web page";
    private static final String HUB = "the local Hub";

    /// Claims them. What was asked for comes first: nothing that is merely usual may take it.
    ///
    /// @param wantedWeb port of the web page that was asked for
    static KnownPorts choose(OptionalInt wantedWeb, HubChoice choice) {
        return switch (choice) {
            case HubChoice.Local(OptionalInt wantedHub) ->
                choose(wantedWeb, PlatformSettings.USUAL_WEB_PORT, wantedHub, PlatformSettings.USUAL_HUB_PORT);
            case HubChoice.External _ ->
                new KnownPorts(port(wantedWeb, PlatformSettings.USUAL_WEB_PORT, WEB), OptionalInt.empty());
        };
    }

    static KnownPorts choose(OptionalInt wantedWeb, int usualWeb, OptionalInt wantedHub, int usualHub) {
        if (wantedHub.isPresent()) {
            int hub = Port.choose(wantedHub.getAsInt(), HUB);
            return new KnownPorts(port(wantedWeb, usualWeb, WEB), OptionalInt.of(hub));
        }
        int web = port(wantedWeb, usualWeb, WEB);
        return new KnownPorts(web, OptionalInt.of(Port.prefer(usualHub, HUB)));
    }

    private static int port(OptionalInt wanted, int usual, String purpose) {
        return wanted.isPresent() ? Port.choose(wanted.getAsInt(), purpose) : Port.prefer(usual, purpose);
    }
}
