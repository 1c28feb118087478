package io.logprobe.contracts.hub;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The Hub as far as addresses go: what belongs to it, and where it may lead. One rule for all who read from it.
///
/// @param url its address, maybe with a path, as a mirror's
public record HubOrigin(URI url) {

    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,]*rel=\"?next\"?");

    /// Address of something on the Hub.
    ///
    /// @param path begins with a slash
    public URI address(String path) {
        return URI.create(url.toString().replaceFirst("/+$", "") + path);
    }

    /// Whether an address is the Hub's own: nobody else may see the token.
    public boolean owns(URI address) {
        return url.getScheme().equalsIgnoreCase(address.getScheme())
                && url.getHost().equalsIgnoreCase(address.getHost())
                && port(url) == port(address);
    }

    /// Whether a download may go on at an address: at the Hub's own, and elsewhere where that is no less secure.
    public boolean mayLeadTo(URI address) {
        return owns(address)
                || (address.getHost() != null
                        && ("https".equalsIgnoreCase(address.getScheme())
                                || ("http".equalsIgnoreCase(address.getScheme())
                                        && "http".equalsIgnoreCase(url.getScheme()))));
    }

    /// Where a listing goes on, from the header `Link: <…?cursor=…>; rel="next"` of one of its pages.
    ///
    /// @param page address of that page
    /// @param link value of the header, may be null
    /// @return nothing if it was the last page
    /// @throws ForeignPage if it goes on elsewhere than at the Hub
    public Optional<URI> nextPage(URI page, String link) {
        Matcher next = NEXT.matcher(link == null ? "" : link);
        if (!next.find()) {
            return Optional.empty();
        }
        URI address = page.resolve(next.group(1));
        if (!owns(address)) {
            throw new ForeignPage(url, address);
        }
        return Optional.of(address);
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
    }
}
