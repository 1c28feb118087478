package io.logprobe.standalone.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/// A local Hub on a scratch folder, and the few requests that tests make of it.
final class HubFixture implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Path root;
    private LocalHub hub;

    HubFixture(Path root) {
        this.root = root;
    }

    HubFixture start() {
        try {
            hub = LocalHub.start(root, 0);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void restart() {
        close();
        start();
    }

    URI uri() {
        return hub.uri();
    }

    Path file(String path) {
        return root.resolve(path);
    }

    HubFixture put(String path, String content) {
        return put(path, content.getBytes(StandardCharsets.UTF_8));
    }

    HubFixture put(String path, byte[] content) {
        try {
            Files.createDirectories(file(path).getParent());
            Files.write(file(path), content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A model folder with a configuration, weights of six float32 and a README.
    HubFixture putModel(String id) {
        return put("models/" + id + "/config.json", "{\"model_type\":\"opt\",\"architectures\":[\"OPTForCausalLM\"]}")
                .put("models/" + id + "/model.safetensors", safetensors())
                .put("models/" + id + "/README.md", "---\nlicense: mit\n---\n# A model\n");
    }

    private static byte[] safetensors() {
        byte[] header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}"
                .getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(8 + header.length + 24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(path));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> head(String path) {
        return send(HttpRequest.newBuilder(address(path)).HEAD());
    }

    HttpResponse<String> post(String path, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address(path)).POST(HttpRequest.BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /// Commits one file; with `create_pr=1` in `query`, as a pull request.
    HttpResponse<String> commit(String repository, String revisionAndQuery, String path, String content) {
        String header = "{\"key\":\"header\",\"value\":{\"summary\":\"Change " + path + "\",\"description\":\"\"}}";
        String file = "{\"key\":\"file\",\"value\":{\"encoding\":\"base64\",\"path\":\"" + path + "\",\"content\":\""
                + Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8)) + "\"}}";
        return post("/api/models/" + repository + "/commit/" + revisionAndQuery, header + "\n" + file + "\n");
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private URI address(String path) {
        return URI.create(uri() + path);
    }

    @Override
    public void close() {
        try {
            hub.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
