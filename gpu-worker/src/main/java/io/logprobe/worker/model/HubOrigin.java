package io.logprobe.worker.model;

import java.net.URI;

/// The Hub as far as addresses go: what belongs to it, and where it may lead.
///
/// @param url its address, maybe with a path, as a mirror's
record HubOrigin(URI url) {

    /// Address of something on the Hub.
    ///
    /// @param path begins with a slash
    URI address(String path) {
        return URI.create(url.toString().replaceFirst("/+$", "") + path);
    }

    /// Whether an address is the Hub's own: nobody else may see the token.
    boolean owns(URI address) {
        return url.getScheme().equalsIgnoreCase(address.getScheme())
                && url.getHost().equalsIgnoreCase(address.getHost())
                && port(url) == port(address);
    }

    /// Whether a download may go on at an address: at the Hub's own, and elsewhere where that is no less secure.
    boolean mayLeadTo(URI address) {
        return owns(address)
                || (address.getHost() != null
                        && ("https".equalsIgnoreCase(address.getScheme())
                                || ("http".equalsIgnoreCase(address.getScheme())
                                        && "http".equalsIgnoreCase(url.getScheme()))));
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
    }
}
