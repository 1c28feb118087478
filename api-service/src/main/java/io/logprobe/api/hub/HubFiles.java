package io.logprobe.api.hub;

import io.logprobe.contracts.hub.HubOrigin;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Downloads files, following the Hub to where it stores them: only to places it may name, and without taking the
/// token along to another host.
@ApplicationScoped
class HubFiles {

    private static final int MAX_REDIRECTS = 5;

    private final HubConfig config;
    private final HubOrigin hub;
    private final HttpClient http;

    HubFiles(HubConfig config) {
        this.config = config;
        this.hub = new HubOrigin(config.url());
        this.http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(config.timeout())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /// The answer to a download of a file, or of some of its bytes: 200 or 206, or an error of the Hub.
    ///
    /// @param range value of the header `Range`, empty for the whole file
    HttpResponse<InputStream> get(HubRepository repository, String commit, String path, Optional<String> range) {
        URI address = hub.address(repository.webPath() + "/resolve/" + commit + "/" + encoded(path));
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpResponse<InputStream> response = send(address, range);
            Optional<String> location = response.headers().firstValue("Location");
            if (response.statusCode() / 100 != 3 || location.isEmpty()) {
                return response;
            }
            close(response);
            address = target(address, location.get());
        }
        throw new UncheckedIOException(new IOException(path + " of " + repository + " is redirected without end"));
    }

    private HttpResponse<InputStream> send(URI address, Optional<String> range) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(config.timeout())
                .header("User-Agent", "logprobe")
                .header("Accept-Encoding", "identity");
        range.ifPresent(value -> request.header("Range", value));
        if (hub.owns(address)) {
            config.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        }
        try {
            return http.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the Hub", e);
        }
    }

    private URI target(URI from, String location) {
        URI to = from.resolve(location);
        boolean allowed = hub.owns(to)
                || (hub.mayLeadTo(to)
                        && config.downloadDomains().stream()
                                .anyMatch(domain -> isWithin(to.getHost().toLowerCase(Locale.ROOT), domain)));
        if (!allowed) {
            throw new UncheckedIOException(new IOException("the Hub leads to " + to.getScheme() + "://" + to.getHost()
                    + ", which is none of logprobe.hub.download-domains"));
        }
        return to;
    }

    private static boolean isWithin(String host, String domain) {
        return host.equals(domain) || host.endsWith("." + domain);
    }

    private static String encoded(String path) {
        return Arrays.stream(path.split("/", -1))
                .map(segment ->
                        URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }

    private static void close(HttpResponse<InputStream> response) {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
