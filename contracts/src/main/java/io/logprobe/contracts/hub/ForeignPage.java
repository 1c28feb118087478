package io.logprobe.contracts.hub;

import java.net.URI;

/// A listing of the Hub goes on at another host, as where a mirror passes on the addresses of what it mirrors. To stop
/// there would be to take a part for the whole, and to follow would be to ask a host that nobody has configured.
public final class ForeignPage extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ForeignPage(URI hub, URI next) {
        super("its list of files goes on at " + origin(next) + ", which is not the Hub that is configured, "
                + origin(hub));
    }

    private static String origin(URI address) {
        return address.getScheme() + "://" + address.getAuthority();
    }
}
