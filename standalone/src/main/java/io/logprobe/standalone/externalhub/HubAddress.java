package io.logprobe.standalone.externalhub;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// Address of a Hub that a user names.
///
/// @param uri without a slash at its end
public record HubAddress(URI uri) {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /// Reads an address.
    ///
    /// @throws UnusableHub if it is none, or one that a token must not be sent to
    public static HubAddress parse(String text) {
        URI given = uriOf(text.strip());
        String scheme = given.getScheme() == null ? "" : given.getScheme().toLowerCase(Locale.ROOT);
        // What holds a user may hold a password too, and is not repeated.
        if (given.getRawAuthority() != null && given.getRawAuthority().contains("@")) {
            throw new UnusableHub("--hub takes no user in the URL: the token belongs into " + HubToken.VARIABLE);
        }
        if (!(scheme.equals("https") || scheme.equals("http")) || given.getHost() == null) {
            throw new UnusableHub("--hub takes a URL such as https://huggingface.co, not " + text);
        }
        if (given.getRawQuery() != null || given.getRawFragment() != null) {
            throw new UnusableHub("--hub takes a URL without a query and a fragment, not " + text);
        }
        String host = given.getHost().toLowerCase(Locale.ROOT);
        if (scheme.equals("http") && !isNearby(host)) {
            throw new UnusableHub("--hub " + text + " is not secure: http is taken for localhost and for addresses"
                    + " (not names) of private networks, everything else needs https");
        }
        return new HubAddress(URI.create(scheme + "://" + host + port(scheme, given.getPort()) + path(given)));
    }

    private static URI uriOf(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new UnusableHub(
                    "--hub takes a URL such as https://huggingface.co: "
                            + e.getReason().toLowerCase(Locale.ROOT) + " at character " + (e.getIndex() + 1),
                    e);
        }
    }

    /// A port that the scheme implies is left out: addresses of one Hub are compared as texts.
    private static String port(String scheme, int port) {
        int implied = scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
        return port < 0 || port == implied ? "" : ":" + port;
    }

    private static String path(URI given) {
        return given.normalize().getRawPath().replaceFirst("/+$", "");
    }

    /// Whether it is this machine, or an address of a private network. A name is neither: it may lead somewhere else
    /// tomorrow, in another network, and the token with it.
    private static boolean isNearby(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            InetAddress address = InetAddress.ofLiteral(host.replaceAll("^\\[|]$", ""));
            return address.isLoopbackAddress()
                    || address.isSiteLocalAddress()
                    || address.isLinkLocalAddress()
                    || isUniqueLocal(address);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// `fc00::/7` of RFC 4193.
    private static boolean isUniqueLocal(InetAddress address) {
        return address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
