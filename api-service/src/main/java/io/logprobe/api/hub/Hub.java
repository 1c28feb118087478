package io.logprobe.api.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.logprobe.api.problem.Unacceptable;
import io.logprobe.contracts.hub.HubOrigin;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.resteasy.reactive.RestResponse;

/// Reads repositories of the Hub. Whatever the Hub refuses, and its silence, becomes an [Unacceptable] that says who
/// is at fault.
@ApplicationScoped
public class Hub {

    private static final int MAX_TREE_PAGES = 20;

    private final HubApi api;
    private final HubFiles files;
    private final HubConfig config;
    private final HubOrigin origin;

    Hub(@RestClient HubApi api, HubFiles files, HubConfig config) {
        this.api = api;
        this.files = files;
        this.config = config;
        this.origin = new HubOrigin(config.url());
    }

    /// Where the Hub is, for messages.
    public String address() {
        return config.url().toString();
    }

    /// Whether requests are signed: without that, nobody can open pull requests.
    public boolean hasToken() {
        return config.token().isPresent();
    }

    /// The repository as it is at `revision` (branch, tag or commit), pinned to the commit.
    public HubSnapshot snapshot(HubRepository repository, String revision) {
        HubApi.Info info = call(
                repository,
                revision,
                () -> api.info(authorization(), repository.api(), repository.owner(), repository.name(), revision));
        if (info.sha() == null) {
            throw Unacceptable.unavailable(address() + " names no commit of " + repository, null);
        }
        if (Boolean.TRUE.equals(info.disabled())) {
            throw Unacceptable.invalid(repository + " is disabled on " + address());
        }
        JsonNode card = info.cardData() == null ? MissingNode.getInstance() : info.cardData();
        return new HubSnapshot(repository, info.sha(), card, tree(repository, info.sha()));
    }

    private List<HubSnapshot.File> tree(HubRepository repository, String commit) {
        List<HubSnapshot.File> found = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        for (int page = 0; page < MAX_TREE_PAGES; page++) {
            String from = cursor.orElse(null);
            RestResponse<List<HubApi.TreeItem>> items = call(
                    repository,
                    commit,
                    () -> api.tree(
                            authorization(),
                            repository.api(),
                            repository.owner(),
                            repository.name(),
                            commit,
                            true,
                            from));
            items.getEntity().stream()
                    .filter(item -> "file".equals(item.type()))
                    .map(item -> new HubSnapshot.File(item.path(), item.size()))
                    .forEach(found::add);
            cursor = NextPage.cursor(origin, repository, items.getHeaderString(HttpHeaders.LINK));
            if (cursor.isEmpty()) {
                return found;
            }
        }
        throw Unacceptable.invalid(repository + " has more files than this service looks through");
    }

    /// A small file as a whole.
    public byte[] read(HubSnapshot snapshot, String path, int maxBytes) {
        try (InputStream content = open(snapshot, path)) {
            byte[] bytes = content.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw Unacceptable.invalid(
                        path + " of " + snapshot.repository() + " is longer than " + maxBytes + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw interrupted(snapshot, path, e);
        }
    }

    /// `length` bytes of a file from `offset`, fewer if it ends before.
    public byte[] read(HubSnapshot snapshot, String path, long offset, int length) {
        String range = "bytes=" + offset + "-" + (offset + length - 1);
        try (InputStream content = download(snapshot, path, Optional.of(range), offset)) {
            return content.readNBytes(length);
        } catch (IOException e) {
            throw interrupted(snapshot, path, e);
        }
    }

    /// A file from its beginning; the caller closes it.
    public InputStream open(HubSnapshot snapshot, String path) {
        return download(snapshot, path, Optional.empty(), 0);
    }

    private InputStream download(HubSnapshot snapshot, String path, Optional<String> range, long offset) {
        return call(snapshot.repository(), snapshot.commit(), () -> {
            HttpResponse<InputStream> response = files.get(snapshot.repository(), snapshot.commit(), path, range);
            try {
                switch (response.statusCode()) {
                    case 200 -> response.body().skipNBytes(offset);
                    case 206 -> {}
                    default -> {
                        response.body().close();
                        throw new HubRefusal(
                                response.statusCode(),
                                response.headers().firstValue("X-Error-Code").orElse(""));
                    }
                }
                return response.body();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private String authorization() {
        return config.token().map(token -> "Bearer " + token).orElse(null);
    }

    private <T> T call(HubRepository repository, String revision, Supplier<T> request) {
        for (int attempt = 1; ; attempt++) {
            HubRefusal refusal;
            try {
                return request.get();
            } catch (WebApplicationException e) {
                refusal = new HubRefusal(
                        e.getResponse().getStatus(), e.getResponse().getHeaderString("X-Error-Code"));
            } catch (HubRefusal e) {
                refusal = e;
            } catch (ProcessingException | UncheckedIOException e) {
                refusal = new HubRefusal(e);
            }
            if (!refusal.passing() || attempt >= config.attempts()) {
                throw refusal.of(repository, revision, address());
            }
            pause(attempt);
        }
    }

    private Unacceptable interrupted(HubSnapshot snapshot, String path, IOException cause) {
        return Unacceptable.unavailable(
                path + " of " + snapshot.repository() + " could not be read from " + address(), cause);
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep(250L << attempt);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the Hub", e);
        }
    }
}
