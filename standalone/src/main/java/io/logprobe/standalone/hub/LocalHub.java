package io.logprobe.standalone.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;

/// A Hub for one person: models and datasets in a folder, spoken to by the Hub's own HTTP protocol.
///
/// `<root>/models/<owner>/<name>/` and `<root>/datasets/<owner>/<name>/` are repositories; a folder that is put
/// there is one at once. What a folder cannot say (commits, pull requests) is kept in `<root>/.hub/`. The server
/// listens on the loopback address and takes every token, so it protects nothing from the machine's own users.
public final class LocalHub implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(LocalHub.class.getName());

    private final HttpServer server;
    private final ExecutorService threads;
    private final FileChannel lock;
    private final URI uri;
    private final RepositoryApi repositoryApi;
    private final Repositories repositories;
    private final FileApi files = new FileApi();
    private final WebPages pages;

    private LocalHub(Path root, FileChannel lock, HttpServer server) {
        this.lock = lock;
        this.server = server;
        this.threads = Executors.newVirtualThreadPerTaskExecutor();
        this.uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        this.repositories = new Repositories(root);
        InstantSource clock = InstantSource.system();
        this.repositoryApi = new RepositoryApi(repositories, new DiscussionApi(clock), clock);
        this.pages = new WebPages(repositories);
    }

    /// Starts serving `root`, which is created if need be.
    ///
    /// @param port 0 for any free one
    /// @throws IOException if the folder or the port cannot be used, or if another Hub has the folder
    public static LocalHub start(Path root, int port) throws IOException {
        for (RepositoryType type : RepositoryType.values()) {
            Files.createDirectories(root.resolve(type.folder()));
        }
        Path realRoot = root.toRealPath();
        FileChannel lock = lock(Files.createDirectories(realRoot.resolve(Repositories.STATE_FOLDER)));
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            LocalHub hub = new LocalHub(realRoot, lock, server);
            server.createContext("/", hub::handle);
            server.setExecutor(hub.threads);
            server.start();
            return hub;
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel lock(Path state) throws IOException {
        FileChannel channel =
                FileChannel.open(state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            LOG.log(Level.FINE, "locked by this process", e);
        }
        channel.close();
        throw new IOException("another local Hub serves " + state.getParent());
    }

    /// The address to give to clients, for instance as `HF_ENDPOINT`.
    public URI uri() {
        return uri;
    }

    /// Stops at once; a change under way is completed by the next start.
    @Override
    public void close() throws IOException {
        server.stop(0);
        threads.shutdownNow();
        lock.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Response response;
            try {
                response = answer(new Request(exchange, uri));
            } catch (Refusal refusal) {
                response = Response.of(refusal);
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.SEVERE, exchange.getRequestMethod() + " " + exchange.getRequestURI(), e);
                response = Response.json(500, Json.object().put("error", "Internal error, see the log"));
            }
            response.send(exchange);
        }
    }

    private Response answer(Request request) throws IOException {
        if (!request.reads() && request.crossSite()) {
            throw Refusal.forbidden("changes are not taken from pages of another site");
        }
        List<String> path = request.path();
        if (path.isEmpty()) {
            return pages.index();
        }
        return switch (path.getFirst()) {
            case "hub.css" -> pages.style();
            case "api" -> api(request, path.subList(1, path.size()));
            case "datasets" -> repository(request, RepositoryType.DATASET, path.subList(1, path.size()));
            default -> repository(request, RepositoryType.MODEL, path);
        };
    }

    private Response api(Request request, List<String> path) throws IOException {
        String resource = path.isEmpty() ? "" : path.getFirst();
        Optional<RepositoryType> type = RepositoryType.ofFolder(resource);
        if (type.isPresent()) {
            return repositoryApi.answer(request, type.get(), path.subList(1, path.size()));
        }
        return switch (resource) {
            case "whoami-v2" -> whoAmI(request);
            case "validate-yaml" -> validateYaml(request);
            default -> throw Refusal.notFound("There is no /api/" + resource + " on this Hub");
        };
    }

    private static Response whoAmI(Request request) {
        request.requireMethod("GET");
        if (!request.signedIn()) {
            throw Refusal.notSignedIn();
        }
        ObjectNode user = Json.object()
                .put("type", "user")
                .put("id", request.user())
                .put("name", request.user())
                .put("fullname", request.user());
        user.putArray("orgs");
        user.putObject("auth")
                .put("type", "access_token")
                .putObject("accessToken")
                .put("displayName", "local")
                .put("role", "write");
        return Response.json(user);
    }

    private static Response validateYaml(Request request) throws IOException {
        request.requireMethod("POST");
        ModelCard card = ModelCard.parse(Json.text(request.json(), "content", "the request"));
        ObjectNode answer = Json.object();
        var errors = answer.putArray("errors");
        card.errors().forEach(error -> errors.addObject().put("message", error));
        var warnings = answer.putArray("warnings");
        card.warnings().forEach(warning -> warnings.addObject().put("message", warning));
        if (card.errors().isEmpty()) {
            return Response.json(answer);
        }
        return Response.json(400, answer.put("error", String.join("; ", card.errors())));
    }

    /// Pages and files of a repository: everything that is not below `/api/`.
    private Response repository(Request request, RepositoryType type, List<String> path) throws IOException {
        if (path.size() < 2) {
            throw Refusal.notFound("There is no such page on this Hub");
        }
        String name = path.get(1);
        List<String> rest = path.subList(2, path.size());
        if (name.endsWith(".git")) {
            Repository repository = find(type, path.getFirst(), name.substring(0, name.length() - ".git".length()));
            return largeFiles(request, repository, rest);
        }
        Repository repository = find(type, path.getFirst(), name);
        if (rest.isEmpty()) {
            request.requireMethod("GET");
            return pages.repository(repository);
        }
        List<String> arguments = rest.subList(1, rest.size());
        return switch (rest.getFirst()) {
            case "resolve", "raw" -> files.resolve(request, repository, Revision.first(arguments));
            case "tree" -> pages.repository(repository);
            case "commit" -> pages.commit(repository, repository.commit(Revision.whole(arguments)));
            case "discussions" -> discussionPage(request, repository, arguments);
            default -> throw Refusal.notFound("There is no such page on this Hub");
        };
    }

    private Response discussionPage(Request request, Repository repository, List<String> path) throws IOException {
        if (path.isEmpty()) {
            return pages.discussions(repository);
        }
        if (!path.getFirst().matches("[1-9]\\d{0,8}")) {
            throw Refusal.notFound("No discussion " + path.getFirst());
        }
        int number = Integer.parseInt(path.getFirst());
        if (path.size() == 2 && path.get(1).equals("merge")) {
            request.requireMethod("POST");
            repository.merge(number, request.user(), InstantSource.system().instant());
            return new Response(303, Map.of(), new Response.Bytes(new byte[0]))
                    .with("Location", repository.id().page() + "/discussions/" + number);
        }
        return pages.discussion(repository, repository.discussion(number));
    }

    private Response largeFiles(Request request, Repository repository, List<String> path) throws IOException {
        String prefix = String.join("/", path.subList(0, Math.min(3, path.size())));
        if (path.size() != 4 || !prefix.equals("info/lfs/objects")) {
            throw Refusal.unsupported("this Hub speaks HTTP, not git");
        }
        return path.get(3).equals("batch")
                ? files.batch(request, repository)
                : files.upload(request, repository, path.get(3));
    }

    private Repository find(RepositoryType type, String owner, String name) {
        return repositories.find(new RepositoryId(type, owner, name));
    }
}
