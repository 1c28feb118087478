package io.logprobe.notifier.surroundings;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// Stands between the notifier and a real Hub, passes everything on, and goes wrong where it is told to.
public final class FaultyHub implements AutoCloseable {

    private static final Set<String> PASSED_ON = Set.of(
            "authorization", "content-type", "accept", "etag", "x-error-code", "x-error-message", "x-repo-commit");

    private final HttpServer server;
    private final URI hub;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /// What happens once to the next request whose method and path match.
    private record Fault(String method, String path, boolean passOn, int status, Map<String, String> headers) {}

    public FaultyHub(URI hub) throws IOException {
        this.hub = hub;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// The next such request is answered with an error instead of being carried out.
    public void refuseNext(String method, String path, int status, Map<String, String> headers) {
        faults.add(new Fault(method, path, false, status, headers));
    }

    /// The next such request is carried out, but the connection breaks before the answer.
    public void loseNextReply(String method, String path) {
        faults.add(new Fault(method, path, true, 0, Map.of()));
    }

    /// The next such request is carried out, but the answer is an error.
    public void spoilNextReply(String method, String path, int status) {
        faults.add(new Fault(method, path, true, status, Map.of()));
    }

    /// Requests so far that match, as method and path.
    public List<String> requests(String method, String path) {
        return requests.stream()
                .filter(request -> request.matches(method + " .*" + path + ".*"))
                .toList();
    }

    void forget() {
        faults.clear();
        requests.clear();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            requests.add(exchange.getRequestMethod() + " " + path);
            byte[] body = exchange.getRequestBody().readAllBytes();
            Fault fault = faults.stream()
                    .filter(f -> f.method().equals(exchange.getRequestMethod()) && path.contains(f.path()))
                    .findFirst()
                    .filter(faults::remove)
                    .orElse(null);
            if (fault == null) {
                passOn(exchange, body);
                return;
            }
            if (fault.passOn()) {
                send(exchange, body);
            }
            if (fault.status() > 0) {
                fault.headers().forEach(exchange.getResponseHeaders()::set);
                exchange.sendResponseHeaders(fault.status(), -1);
            }
        }
    }

    private void passOn(HttpExchange exchange, byte[] body) throws IOException {
        HttpResponse<byte[]> response = send(exchange, body);
        response.headers().map().forEach((name, values) -> {
            if (PASSED_ON.contains(name)) {
                exchange.getResponseHeaders().put(name, new ArrayList<>(values));
            }
        });
        exchange.sendResponseHeaders(response.statusCode(), response.body().length == 0 ? -1 : response.body().length);
        exchange.getResponseBody().write(response.body());
    }

    private HttpResponse<byte[]> send(HttpExchange exchange, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        hub.resolve(exchange.getRequestURI().toString()))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
