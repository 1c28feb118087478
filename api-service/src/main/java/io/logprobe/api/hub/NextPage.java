package io.logprobe.api.hub;

import io.logprobe.api.problem.Unacceptable;
import io.logprobe.contracts.hub.ForeignPage;
import io.logprobe.contracts.hub.HubOrigin;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Reads where a listing goes on.
final class NextPage {

    private static final String CURSOR = "cursor=";

    private NextPage() {}

    /// The cursor of the next page.
    ///
    /// @param link value of the header `Link`, may be null
    /// @return nothing if it was the last page
    /// @throws Unacceptable if there is a next page that cannot be asked for
    static Optional<String> cursor(HubOrigin hub, HubRepository repository, String link) {
        try {
            return hub.nextPage(hub.url(), link).map(next -> cursorOf(next, hub, repository));
        } catch (ForeignPage e) {
            throw Unacceptable.unavailable(repository + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String cursorOf(URI next, HubOrigin hub, HubRepository repository) {
        String query = next.getRawQuery();
        return Arrays.stream((query == null ? "" : query).split("&", -1))
                .filter(parameter -> parameter.startsWith(CURSOR))
                .map(parameter -> URLDecoder.decode(parameter.substring(CURSOR.length()), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow(() -> Unacceptable.unavailable(
                        repository + " cannot be read: its list of files goes on without a cursor on " + hub.url(),
                        null));
    }
}
