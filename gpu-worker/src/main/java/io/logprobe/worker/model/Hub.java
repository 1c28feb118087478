package io.logprobe.worker.model;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.hub.ForeignPage;
import io.logprobe.contracts.hub.HubOrigin;
import io.logprobe.contracts.spec.ModelRevision;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads model repositories over the Hub's HTTP API.
@ApplicationScoped
class Hub {

    private static final int MOST_REDIRECTS = 5;
    private static final int MOST_PAGES = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HubConfig config;
    private final HubOrigin origin;
    private final ObjectMapper json;
    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    Hub(HubConfig config, ObjectMapper json) {
        this.config = config;
        this.origin = new HubOrigin(config.url());
        this.json = json;
    }

    /// The files at the model's pinned commit in that folder of the repository where the model is.
    List<HubFile> files(ModelRevision model) throws InterruptedException {
        List<HubFile> files = new ArrayList<>();
        Optional<URI> page = Optional.of(
                origin.address("/api/models/" + model.id() + "/tree/" + model.revision() + encode(folder(model))));
        for (int count = 0; page.isPresent(); count++) {
            if (count == MOST_PAGES) {
                throw new ModelUnavailable(
                        FailureKind.INVALID_INPUT,
                        "model " + model.id() + " has more files than are looked through: " + files.size() + " so far",
                        null);
            }
            HttpResponse<InputStream> answer = get(page.get(), 0, "the files of model " + model.id());
            try (InputStream body = bodyOf(answer)) {
                files.addAll(json.readValue(body, new TypeReference<List<HubFile>>() {}));
            } catch (IOException e) {
                throw new ModelUnavailable(
                        FailureKind.UPSTREAM_UNAVAILABLE,
                        "the Hub's list of the files of model " + model.id() + " cannot be read",
                        e);
            }
            page = nextPage(answer, model);
        }
        return files;
    }

    /// With a slash before it, or nothing for the top folder.
    private static String folder(ModelRevision model) {
        int end = model.file() == null ? -1 : model.file().lastIndexOf('/');
        return end < 0 ? "" : "/" + model.file().substring(0, end);
    }

    /// The content of a file from `offset` on; the second value tells whether the answer really begins there.
    Content open(ModelRevision model, HubFile file, long offset) throws InterruptedException {
        URI address = origin.address("/" + model.id() + "/resolve/" + model.revision() + "/" + encode(file.path()));
        HttpResponse<InputStream> answer = get(address, offset, file.path() + " of model " + model.id());
        return new Content(bodyOf(answer), answer.statusCode() == 206);
    }

    private static InputStream bodyOf(HttpResponse<InputStream> answer) {
        return new StallDetectingStream(answer.body(), PATIENCE);
    }

    /// @param resumed whether the stream begins at the offset asked for rather than at the file's beginning
    record Content(InputStream stream, boolean resumed) {}

    private HttpResponse<InputStream> get(URI address, long offset, String what) throws InterruptedException {
        URI target = address;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpResponse<InputStream> answer = send(target, offset, what);
            int status = answer.statusCode();
            if (status == 200 || status == 206) {
                return answer;
            }
            close(answer);
            if (status < 300 || status >= 400) {
                throw refusal(status, what);
            }
            target = redirect(target, answer, what);
        }
        throw new ModelUnavailable(FailureKind.UPSTREAM_UNAVAILABLE, "the Hub redirects endlessly for " + what, null);
    }

    private HttpResponse<InputStream> send(URI target, long offset, String what) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .timeout(PATIENCE)
                .header("User-Agent", "logprobe")
                .header("Accept-Encoding", "identity");
        // A storage host behind a redirect must not see the token.
        if (origin.owns(target)) {
            config.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        }
        if (offset > 0) {
            request.header("Range", "bytes=" + offset + "-");
        }
        try {
            return client.send(request.build(), BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new ModelUnavailable(
                    FailureKind.UPSTREAM_UNAVAILABLE, "the Hub does not answer for " + what + ": " + e.getMessage(), e);
        }
    }

    private URI redirect(URI from, HttpResponse<?> answer, String what) {
        URI target = answer.headers()
                .firstValue("Location")
                .map(from::resolve)
                .orElseThrow(() -> new ModelUnavailable(
                        FailureKind.UPSTREAM_UNAVAILABLE, "the Hub redirects nowhere for " + what, null));
        if (!origin.mayLeadTo(target)) {
            throw new ModelUnavailable(
                    FailureKind.UPSTREAM_UNAVAILABLE,
                    "the Hub redirects " + what + " to an address that is not secure: " + target.getHost(),
                    null);
        }
        return target;
    }

    private static ModelUnavailable refusal(int status, String what) {
        return switch (status) {
            case 401, 403 ->
                new ModelUnavailable(
                        FailureKind.INVALID_INPUT, "the Hub does not give " + what + " to this token", null);
            case 404 -> new ModelUnavailable(FailureKind.INVALID_INPUT, "the Hub does not have " + what, null);
            default ->
                new ModelUnavailable(
                        status == 408 || status == 429 || status >= 500
                                ? FailureKind.UPSTREAM_UNAVAILABLE
                                : FailureKind.INTERNAL,
                        "the Hub answered " + status + " for " + what,
                        null);
        };
    }

    private Optional<URI> nextPage(HttpResponse<?> answer, ModelRevision model) {
        try {
            return origin.nextPage(
                    answer.uri(), answer.headers().firstValue("Link").orElse(null));
        } catch (ForeignPage e) {
            throw new ModelUnavailable(
                    FailureKind.INVALID_INPUT,
                    "the files of model " + model.id() + " cannot be listed: " + e.getMessage(),
                    e);
        }
    }

    private static String encode(String path) {
        return URLEncoder.encode(path, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }

    private static void close(HttpResponse<InputStream> answer) {
        try {
            answer.body().close();
        } catch (IOException e) {
            // An answer that nobody reads may end as it likes.
        }
    }
}
